import type { Secret } from "../secret.ts";
import type { NewValue } from "../set/rewrite.ts";
import type { SecretSet } from "../set/secret-set.ts";

/**
 * Who accepts a secret: the servers of PostgreSQL, a Redis, the platform itself, another company. Every method may be called
 * again after it was interrupted, and then ends with the same.
 */
export interface Party {
  /** What is to be remembered between steps; never a secret. */
  readonly state: Readonly<Record<string, string | number | boolean>>;
  /** What the steps do, for progress. */
  readonly words: Readonly<Record<"introduce" | "retire" | "restore" | "withdraw" | "old" | "new", string>>;
  /** The new secret, if some key of the set holds it already. */
  recover(set: SecretSet, before: SecretSet): Secret | undefined;
  /** Makes the new secret work beside the old one, and proves it. */
  introduce(next: Secret, before: SecretSet): Promise<void>;
  valuesFor(set: SecretSet, next: Secret, before: SecretSet): NewValue[];
  /** Whether it can see who uses a secret. Where it cannot, only a restart of all readers says that none has the old one. */
  readonly sees: boolean;
  /** Who still uses the old secret, in words. */
  usersOfOld(): Promise<readonly string[]>;
  /** From when on the old secret may be retired, given when everybody had taken up the new one. */
  retireFrom(adopted: Date): Date;
  /** Ends the old secret, and proves that it is refused. */
  retire(next: Secret, before: SecretSet): Promise<void>;
  /** Makes the old secret work again, should it have been retired. */
  restore(before: SecretSet): Promise<void>;
  valuesBefore(set: SecretSet, before: SecretSet, next: Secret | undefined): NewValue[];
  usersOfNew(): Promise<readonly string[]>;
  /** Ends the new secret, and proves that it is refused, as far as it is known. */
  withdraw(before: SecretSet): Promise<void>;
}
