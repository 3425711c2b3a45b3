import { parseConnectionString } from "../connection-string-parse.ts";
import type { ConnectionString } from "../connection-string.ts";
import { looksLikeConnection } from "../check/evidence.ts";
import type { Secret } from "../secret.ts";
import type { SecretSet } from "../set/secret-set.ts";

/** How one key differs between two sets. */
export interface Difference {
  readonly object: string;
  readonly key: string;
  readonly change: "added" | "removed" | "changed";
  /** What of the value differs: `driver`, `user`, `password`, `host`, `database`, `parameters`, or `value`. Never the value. */
  readonly parts: readonly string[];
}

/** The keys in which two sets differ in meaning: the same connection string spelled in two ways is equal. */
export function diffSets(before: SecretSet, after: SecretSet): Difference[] {
  const objects = new Set([...before.objects.keys(), ...after.objects.keys()]);
  return [...objects].flatMap((object) => {
    const [old, now] = [before.objects.get(object)?.entries, after.objects.get(object)?.entries];
    const keys = new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])]);
    return [...keys].flatMap((key) => differenceOf(object, key, old?.get(key)?.value, now?.get(key)?.value));
  });
}

function differenceOf(object: string, key: string, before: Secret | undefined, after: Secret | undefined): Difference[] {
  if (before === undefined) return [{ object, key, change: "added", parts: [] }];
  if (after === undefined) return [{ object, key, change: "removed", parts: [] }];
  if (before.equals(after)) return [];
  const parts = differingParts(before.reveal(), after.reveal());
  return parts.length === 0 ? [] : [{ object, key, change: "changed", parts }];
}

function differingParts(before: string, after: string): string[] {
  const [old, now] = [read(before), read(after)];
  if (old === undefined || now === undefined) return ["value"];
  const { parameters } = old;
  const same: Readonly<Record<string, boolean>> = {
    driver: driverOf(before) === driverOf(after),
    user: old.user === now.user,
    password: equalSecrets(old.password, now.password),
    host: JSON.stringify(lowerCased(old)) === JSON.stringify(lowerCased(now)),
    database: old.database === now.database,
    parameters:
      JSON.stringify(sorted(parameters)) === JSON.stringify(sorted(now.parameters)) &&
      equalSecrets(old.sslPassword, now.sslPassword),
  };
  return Object.keys(same).filter((part) => !same[part]);
}

/** Undefined for a value that is no connection string, or a broken one: nothing is known of its meaning. */
function read(text: string): ConnectionString | undefined {
  if (!looksLikeConnection(text) || text !== text.trim()) return undefined;
  try {
    return parseConnectionString(text);
  } catch {
    return undefined;
  }
}

const driverOf = (text: string): string =>
  /^[^:]*\+/.test(text) ? text.slice(0, text.indexOf(":")).toLowerCase() : "postgresql";

const lowerCased = ({ hosts }: ConnectionString) => hosts.map(({ host, port }) => [host.toLowerCase(), port]);

const sorted = (parameters: ConnectionString["parameters"]) =>
  Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1));

function equalSecrets(one: Secret | undefined, other: Secret | undefined): boolean {
  return one === undefined || other === undefined ? one === other : one.equals(other);
}
