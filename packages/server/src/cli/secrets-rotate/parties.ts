import {
  ExternalParty,
  type JournalEntry,
  KeyringParty,
  type Party,
  type ReaderOptions,
  RotationError,
  type RotationTarget,
} from "@praetor/secrets/rotation";
import { evidenceOf, type SecretSet } from "@praetor/secrets/sets";
import type { Contract, ContractEntry, RedisEntry } from "@praetor/topology";
import type { Endpoints } from "../../platform/doctor/index.ts";
import { pairFor, proveExternal, type RedisLogin, RedisParty, RoleParty, type RolePair } from "../../platform/rotation/index.ts";

export interface PartyOptions {
  readonly contract: Contract;
  readonly endpoints: Endpoints;
  readonly administrator: RedisLogin | undefined;
  readonly keepDays: number;
  readonly readers: ReaderOptions;
  /** What an interrupted rotation of this target remembers. */
  readonly journal: JournalEntry | undefined;
}

/** The keys that a rotation of a target replaces: of Redis, those of all roles whose services are one user of one server. */
export function entriesFor(
  { kind, entries }: RotationTarget,
  { contract, endpoints }: Pick<PartyOptions, "contract" | "endpoints">,
): readonly ContractEntry[] {
  const [first] = entries;
  if (kind !== "redis" || first?.kind !== "redis") return entries;
  const door = doorOf(first, endpoints);
  return contract.entries.filter((entry) => entry.kind === "redis" && doorOf(entry, endpoints) === door);
}

function doorOf({ role }: RedisEntry, { redis }: Endpoints): string {
  const endpoint = redis[role];
  if (endpoint === undefined) {
    const remedy = "Name a file with --endpoints that has `redis: {host, port}`, as the chart's values do.";
    throw new RotationError("redis_unfit", `Nothing says where the Redis of the role ${role} is.`, remedy);
  }
  return `${endpoint.username ?? "default"}@${endpoint.host}:${endpoint.port}`;
}

/** Who accepts the secret of a target. */
export async function partyFor(target: RotationTarget, set: SecretSet, options: PartyOptions): Promise<Party> {
  const { contract, endpoints, administrator, keepDays, readers, journal } = options;
  const { keeper, entries, timeoutSeconds, pause } = readers;
  const read = () => keeper.read();
  const [first] = entries;
  if (target.user !== undefined) {
    const remembered = pairFrom(journal);
    const pair = remembered ?? (await pairFor(set, contract, evidenceOf(set, contract).users[target.user]));
    return new RoleParty({ target, contract, read, pair, timeoutSeconds, pause });
  }
  if (first?.kind === "redis") {
    const redis = entries.filter((entry) => entry.kind === "redis");
    const endpoint = endpoints.redis[first.role];
    if (endpoint === undefined) throw new RotationError("redis_unfit", "Nothing says where Redis is.", "Name --endpoints.");
    const state = journal?.party ?? {};
    return new RedisParty({ entries: redis, endpoint, read, state, ...(administrator && { administrator }) });
  }
  if (first?.kind === "external") return new ExternalParty(target, (next) => proveExternal(first, next, endpoints));
  return new KeyringParty(target, readers, keepDays);
}

function pairFrom(journal: JournalEntry | undefined): RolePair | undefined {
  const { from, to, base, made } = journal?.party ?? {};
  const isPair = typeof from === "string" && typeof to === "string" && typeof base === "string" && typeof made === "boolean";
  return isPair ? { from, to, base, made } : undefined;
}
