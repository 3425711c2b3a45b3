import type { ContractEntry } from "@praetor/topology";
import { parseConnectionString } from "../connection-string-parse.ts";
import { formatConnectionString } from "../connection-string.ts";
import { Secret } from "../secret.ts";
import type { NewValue } from "../set/rewrite.ts";
import { entryOf, type SecretSet } from "../set/secret-set.ts";

/** What is put into the values of a target: for roles the user too. */
export interface Credential {
  readonly user?: string;
  readonly secret: Secret;
}

/** The values of keys with another credential; everything else of a connection string stays. Keys that are not there get none. */
export function valuesWith(set: SecretSet, entries: readonly ContractEntry[], credential: Credential): NewValue[] {
  return entries.flatMap((entry) => {
    const present = entryOf(set, entry.object, entry.key)?.value;
    return present === undefined ? [] : [{ object: entry.object, key: entry.key, value: valueWith(entry, present, credential) }];
  });
}

function valueWith(entry: ContractEntry, present: Secret, { user, secret }: Credential): Secret {
  if (entry.kind !== "connection") return secret;
  const parts = parseConnectionString(present.reveal());
  return formatConnectionString({ ...parts, ...(user !== undefined && { user }), password: secret }, entry.scheme);
}

/** The secret that a value holds; of a connection string, its password. Undefined where there is none. */
export function secretIn(entry: ContractEntry, value: Secret | undefined): Secret | undefined {
  if (value === undefined || value.reveal() === "") return undefined;
  return entry.kind === "connection" ? parseConnectionString(value.reveal()).password : value;
}

/** The first secret that the keys hold. */
export function secretOf(set: SecretSet, entries: readonly ContractEntry[]): Secret | undefined {
  for (const entry of entries) {
    const secret = secretIn(entry, entryOf(set, entry.object, entry.key)?.value);
    if (secret !== undefined) return secret;
  }
  return undefined;
}

/** The secret of the first key whose value is not what it was before. */
export function changedSecret(set: SecretSet, before: SecretSet, entries: readonly ContractEntry[]): Secret | undefined {
  for (const entry of entries) {
    const [now, then] = [set, before].map((each) => entryOf(each, entry.object, entry.key)?.value);
    if (now !== undefined && then !== undefined && !now.equals(then)) return secretIn(entry, now);
  }
  return undefined;
}
