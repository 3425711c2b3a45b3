import { Secret } from "../secret.ts";
import type { NewValue } from "../set/rewrite.ts";
import type { SecretSet } from "../set/secret-set.ts";
import type { Keeper } from "./keeper.ts";
import type { Party } from "./party.ts";
import { type ReaderOptions, renewReaders } from "./readers.ts";
import type { RotationTarget } from "./target.ts";
import { secretOf, valuesWith } from "./values.ts";

const DAY = 24 * 60 * 60 * 1000;

const keysOf = (ring: Secret | undefined): string[] => ring?.reveal().split(",").filter(Boolean) ?? [];

/**
 * A list of keys, the first of which makes and all of which read. The new key is delivered last at first, for reading only: while
 * readers are restarted one after the other, nobody meets what it cannot read. Then it comes first, and in the end stands alone.
 */
export class KeyringParty implements Party {
  readonly state = {};
  readonly sees = false;
  readonly words = {
    introduce: "the new key last, for reading only",
    old: "the old order of the keys",
    new: "the new key",
    retire: "the old keys",
    restore: "nothing: the old key is still in the list",
    withdraw: "nothing: what the new key made can still be read",
  } as const;
  readonly #target: RotationTarget;
  readonly #keeper: Keeper;
  readonly #readers: ReaderOptions;
  readonly #keepDays: number;

  /** `keepDays`: how long old keys still read what they made, once the new key makes everything. */
  constructor(target: RotationTarget, readers: ReaderOptions, keepDays: number) {
    this.#target = target;
    this.#keeper = readers.keeper;
    this.#readers = readers;
    this.#keepDays = keepDays;
  }

  recover(set: SecretSet, before: SecretSet): Secret | undefined {
    const old = new Set(this.#ring(before));
    const found = this.#ring(set).find((key) => !old.has(key));
    return found === undefined ? undefined : Secret.of(found);
  }

  async introduce(next: Secret, before: SecretSet): Promise<void> {
    await this.#write([...this.#ring(before), next.reveal()]);
    await renewReaders(this.#readers);
  }

  valuesFor(set: SecretSet, next: Secret, before: SecretSet): NewValue[] {
    return this.#values(set, [next.reveal(), ...this.#ring(before)]);
  }

  usersOfOld(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  usersOfNew(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  retireFrom(adopted: Date): Date {
    return new Date(adopted.getTime() + this.#keepDays * DAY);
  }

  async retire(next: Secret): Promise<void> {
    await this.#write([next.reveal()]);
    await this.#keeper.restart?.(this.#target.entries, this.#readers.timeoutSeconds);
  }

  restore(): Promise<void> {
    return Promise.resolve();
  }

  /** The new key may have made something already, so it stays, for reading. */
  valuesBefore(set: SecretSet, before: SecretSet, next: Secret | undefined): NewValue[] {
    return this.#values(set, [...this.#ring(before), ...(next === undefined ? [] : [next.reveal()])]);
  }

  withdraw(): Promise<void> {
    return Promise.resolve();
  }

  #ring(set: SecretSet): string[] {
    return keysOf(secretOf(set, this.#target.entries));
  }

  #values(set: SecretSet, keys: readonly string[]): NewValue[] {
    return valuesWith(set, this.#target.entries, { secret: Secret.of([...new Set(keys)].join(",")) });
  }

  async #write(keys: readonly string[]): Promise<void> {
    await this.#keeper.write(this.#values(await this.#keeper.read(), keys), {});
  }
}
