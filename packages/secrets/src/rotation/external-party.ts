import type { Secret } from "../secret.ts";
import type { NewValue } from "../set/rewrite.ts";
import type { SecretSet } from "../set/secret-set.ts";
import type { Party } from "./party.ts";
import type { RotationTarget } from "./target.ts";
import { changedSecret, secretOf, valuesWith } from "./values.ts";

const companies: Readonly<Record<string, string>> = {
  adfs: "ADFS",
  entra: "Entra",
  okta: "Okta",
  smtp: "the mail server",
};

/** A secret that another company gave out. It makes the new one and ends the old one; both are people's work there. */
export class ExternalParty implements Party {
  readonly state = {};
  readonly sees = false;
  readonly words: Party["words"];
  readonly #target: RotationTarget;
  readonly #prove: (next: Secret) => Promise<void>;

  /** `prove` throws where the new secret is refused; it is asked before anybody is given it. */
  constructor(target: RotationTarget, prove: (next: Secret) => Promise<void>) {
    const [entry] = target.entries;
    const company = entry?.kind === "external" ? (companies[entry.party] ?? entry.party) : target.name;
    this.#target = target;
    this.#prove = prove;
    this.words = {
      introduce: `try the new secret at ${company}`,
      old: "the old secret",
      new: "the new secret",
      retire: `now delete the old secret at ${company}; only there it can be ended`,
      restore: `nothing: ${company} accepts the old secret until somebody deletes it there`,
      withdraw: `now delete the new secret at ${company}`,
    };
  }

  recover(set: SecretSet, before: SecretSet): Secret | undefined {
    return changedSecret(set, before, this.#target.entries);
  }

  introduce(next: Secret): Promise<void> {
    return this.#prove(next);
  }

  valuesFor(set: SecretSet, next: Secret): NewValue[] {
    return valuesWith(set, this.#target.entries, { secret: next });
  }

  usersOfOld(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  usersOfNew(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  retireFrom(adopted: Date): Date {
    return adopted;
  }

  retire(): Promise<void> {
    return Promise.resolve();
  }

  restore(): Promise<void> {
    return Promise.resolve();
  }

  valuesBefore(set: SecretSet, before: SecretSet): NewValue[] {
    const secret = secretOf(before, this.#target.entries);
    return secret === undefined ? [] : valuesWith(set, this.#target.entries, { secret });
  }

  withdraw(): Promise<void> {
    return Promise.resolve();
  }
}
