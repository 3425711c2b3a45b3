import { type Contract, type ContractEntry, jobs, redisUses, services } from "@praetor/topology";
import { formatConnectionString } from "../connection-string.ts";
import { Secret } from "../secret.ts";

/** Everything that is to be known of one key. */
export interface Explanation {
  readonly object: string;
  readonly key: string;
  readonly purpose: string;
  readonly optional: boolean;
  /** How the secret stands in the value. */
  readonly encoding: string;
  /** A value of its form; no password is real. */
  readonly example: string;
  /** Who reads it, and what people see when it is wrong. */
  readonly readers: readonly { readonly name: string; readonly outage: string }[];
  /** How pods behave when it is wrong. */
  readonly symptom: string;
}

/** What a key is for; a key that stands in several Secrets has an explanation for each. `object/key` means one of them. */
export function explain(contract: Contract, name: string): Explanation[] {
  const [object, key] = name.includes("/") ? name.split("/") : [undefined, name];
  const found = contract.entries.filter((entry) => entry.key === key && (object === undefined || entry.object === object));
  return found.map((entry) => ({
    object: entry.object,
    key: entry.key,
    purpose: entry.purpose,
    optional: entry.optional,
    encoding: encodings[entry.encoding],
    example: exampleOf(entry),
    readers: readersOf(entry),
    symptom: symptomOf(entry),
  }));
}

const encodings = {
  percent: "The password is percent-encoded: everything outside A-Z a-z 0-9 - . _ ~, upper-case hex, once.",
  raw: "The secret stands as it is, not encoded, with no line break after it.",
} as const;

/** A value as the key has it, for a password of a space, an exclamation mark and an at sign. */
export function exampleOf(entry: ContractEntry): string {
  if (entry.kind === "keyring") return "43 characters of base64url for each key, separated by commas";
  if (entry.kind !== "connection") return entry.kind === "password" ? " !@" : '"" (empty) while it is not used';
  const host = entry.instance === "replica" ? "replica.internal" : "primary.internal";
  const user = entry.user === "service" ? "prefect" : "postgres";
  const parts = { hosts: [{ host, port: 5432 }], user, password: Secret.of(" !@"), database: entry.database, parameters: {} };
  return formatConnectionString(parts, entry.scheme).reveal();
}

function readersOf(entry: ContractEntry): Explanation["readers"] {
  const role = entry.kind === "redis" ? redisUses.find((use) => use.role === entry.role)?.outage : undefined;
  return entry.readers.map((name) => {
    const row = [...services, ...jobs].find((each) => each.name === name);
    return { name, outage: role ?? row?.outage ?? "it does not start" };
  });
}

function symptomOf(entry: ContractEntry): string {
  if (entry.kind === "connection" && entry.instance === "replica") {
    return "Missing, the pods stay in CreateContainerConfigError. Wrong, they may run on and show old data: nothing is written through it, so nothing fails.";
  }
  if (entry.kind === "connection")
    return "Missing, the pods stay in CreateContainerConfigError. Wrong, they crash in a loop, or run on with no new data.";
  if (entry.kind === "password")
    return "Wrong, the role is made with another password than the connection strings have, and every service fails to log in.";
  if (entry.kind === "keyring")
    return "Lost, what was encrypted or signed with it cannot be read any more. Keep a copy apart from the cluster.";
  return "Wrong, only what uses it fails, when it is first used.";
}
