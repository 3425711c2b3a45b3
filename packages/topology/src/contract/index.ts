import type { RedisRole } from "../types.ts";
import { databaseEntries } from "./connections.ts";
import { externals, keyrings, redisEntry } from "./parties.ts";
import type { Addition, Contract, ContractEntry, ContractName } from "./types.ts";

const seedRoles: readonly RedisRole[] = ["cache", "events", "task-scheduling", "triggers", "work", "work-pools"];

const additions: readonly Addition[] = [
  { entry: externals.entra, reason: "Sign-on by Entra came after the list was published; its client secret needs a place." },
  {
    entry: keyrings.encryption,
    reason: "The list names no key for the secrets in blocks; it must outlive a pod and be rotated.",
  },
  { entry: keyrings.signing, reason: "The list names no key for sessions; every replica of auth-api must share it." },
  { entry: redisEntry("concurrency-leases"), reason: "Later releases keep leases of concurrency slots in a role of their own." },
];

function seedEntries(): ContractEntry[] {
  const { adfs, oktaKey, okta, smtp } = externals;
  const entries = [...databaseEntries(), adfs, oktaKey, okta, smtp, ...seedRoles.map(redisEntry)];
  // The published list has its Secrets by name; within one, the order that each was given above stays.
  return entries.toSorted((a, b) => (a.object === b.object ? 0 : a.object < b.object ? -1 : 1));
}

const seed: readonly ContractEntry[] = seedEntries();

const contracts: Readonly<Record<ContractName, Contract>> = {
  seed: { name: "seed", version: "1", entries: seed, additions: [] },
  praetor: { name: "praetor", version: "1", entries: withAdditions(), additions },
};

/** Each addition after the last entry of its Secret, or in a Secret of its own at the end. */
function withAdditions(): ContractEntry[] {
  const all = [...seed, ...additions.map(({ entry }) => entry)];
  return [...new Set(all.map(({ object }) => object))].flatMap((object) => all.filter((entry) => entry.object === object));
}

/**
 * The secrets contract, a projection of the rows of services and jobs: the names and keys of Prefect's published list
 * for self-managed installations (`seed`), or those and what this platform adds (`praetor`).
 */
export function secretsContract(name: ContractName): Contract {
  return contracts[name];
}

/** Whether a text names a contract. */
export function isContractName(name: string): name is ContractName {
  return Object.hasOwn(contracts, name);
}
