import { optional } from "./filters.ts";
import { identity } from "./identity.ts";
import { boolean, integer, list, literal, model, number, patch, string, type Timestamp, timestamp, uuid } from "./kit/index.ts";

const limitName = () => string({ pattern: /^[^/%&><]+$/ });
const count = () => integer({ ge: 0 });

const SLOWEST_DECAY = 1e-9;
const FASTEST_DECAY = 1e9;
const decay = () => number({ ge: 0 }).check(decayComplaint);

/** A slot in thirty years, and as many slots in a second, is as far as the arithmetic of a rate needs to reach. */
function decayComplaint(rate: number): string | undefined {
  if (rate === 0 || (rate >= SLOWEST_DECAY && rate <= FASTEST_DECAY)) return undefined;
  return `The decay must be 0, or from ${SLOWEST_DECAY} to ${FASTEST_DECAY} slots per second`;
}

/** What is true of a limit on its own; how many of its slots are in use is in the objects below. */
interface LimitDefinition {
  active: boolean;
  name: string;
  limit: number;
  /** Slots per second that come free by themselves; above 0 the limit is a rate limit. */
  slot_decay_per_second: number;
}
interface Identity {
  id: string;
  created: Timestamp | null;
  updated: Timestamp | null;
}

/** A global concurrency limit as the answer to its creation shows it. */
export interface ConcurrencyLimitV2 extends Identity, LimitDefinition {
  active_slots: number;
  denied_slots: number;
  avg_slot_occupancy_seconds: number;
}
export const ConcurrencyLimitV2 = model<ConcurrencyLimitV2>("ConcurrencyLimitV2", {
  ...identity,
  active: boolean().default(true),
  name: limitName(),
  limit: integer(),
  active_slots: integer().default(0),
  denied_slots: integer().default(0),
  slot_decay_per_second: number().default(0),
  avg_slot_occupancy_seconds: number().default(2),
});

/** A global concurrency limit as every other read shows it. */
export interface GlobalConcurrencyLimitResponse extends Identity, LimitDefinition {
  /** In use now, what has decayed left out. */
  active_slots: number;
}
export const GlobalConcurrencyLimitResponse = model<GlobalConcurrencyLimitResponse>("GlobalConcurrencyLimitResponse", {
  ...identity,
  active: boolean().default(true),
  name: string(),
  limit: integer(),
  active_slots: integer(),
  slot_decay_per_second: number().default(2),
});

export interface ConcurrencyLimitV2Create extends LimitDefinition {
  active_slots: number;
  denied_slots: number;
}
export const ConcurrencyLimitV2Create = model<ConcurrencyLimitV2Create>(
  "ConcurrencyLimitV2Create",
  {
    active: boolean().default(true),
    name: limitName(),
    limit: count(),
    active_slots: count().default(0),
    denied_slots: count().default(0),
    slot_decay_per_second: decay().default(0),
  },
  { extra: "forbid" },
);

/** Null is taken by the schema and refused by the table: none of these columns may be empty. */
export type ConcurrencyLimitV2Update = { [K in keyof ConcurrencyLimitV2Create]: ConcurrencyLimitV2Create[K] | null };
export const ConcurrencyLimitV2Update = patch<ConcurrencyLimitV2Update>("ConcurrencyLimitV2Update", {
  active: optional(boolean()),
  name: optional(limitName()),
  limit: optional(count()),
  active_slots: optional(count()),
  denied_slots: optional(count()),
  slot_decay_per_second: optional(decay()),
});

/** Which limit was asked for slots. */
export interface MinimalConcurrencyLimitResponse {
  id: string;
  name: string;
  limit: number;
}
export const MinimalConcurrencyLimitResponse = model<MinimalConcurrencyLimitResponse>("MinimalConcurrencyLimitResponse", {
  id: uuid(),
  name: string(),
  limit: integer(),
});

export interface ConcurrencyLimitWithLeaseResponse {
  lease_id: string;
  limits: MinimalConcurrencyLimitResponse[];
}
export const ConcurrencyLimitWithLeaseResponse = model<ConcurrencyLimitWithLeaseResponse>("ConcurrencyLimitWithLeaseResponse", {
  lease_id: uuid(),
  limits: list(MinimalConcurrencyLimitResponse),
});

/** Who runs while the slots are held. */
export interface ConcurrencyLeaseHolder {
  type: "flow_run" | "task_run" | "deployment";
  id: string;
}
export const ConcurrencyLeaseHolder = model<ConcurrencyLeaseHolder>(
  "ConcurrencyLeaseHolder",
  { type: literal("flow_run", "task_run", "deployment"), id: uuid() },
  { extra: "forbid" },
);

/** Slots of one limit that are held, by whom and until when. */
export interface ConcurrencyLease {
  /** One lease may cover several limits; its id is the same at each. */
  lease_id: string;
  slots: number;
  holder: ConcurrencyLeaseHolder | null;
  /** The name of the run or deployment that holds them, while it exists. */
  holder_name: string | null;
  acquired: Timestamp;
  /** When the slots come free unless the lease is renewed. */
  expiration: Timestamp;
}
export const ConcurrencyLease = model<ConcurrencyLease>("ConcurrencyLease", {
  lease_id: uuid(),
  slots: integer(),
  holder: optional(ConcurrencyLeaseHolder),
  holder_name: optional(string()),
  acquired: timestamp(),
  expiration: timestamp(),
});

/** The limit of a tag, in the form of the API's first version: the slots in use are the task runs that hold them. */
export interface ConcurrencyLimit extends Identity {
  tag: string;
  concurrency_limit: number;
  active_slots: string[];
}
export const ConcurrencyLimit = model<ConcurrencyLimit>("ConcurrencyLimit", {
  ...identity,
  tag: string(),
  concurrency_limit: integer(),
  active_slots: list(uuid()).default(() => []),
});

export interface ConcurrencyLimitCreate {
  tag: string;
  concurrency_limit: number;
}
export const ConcurrencyLimitCreate = model<ConcurrencyLimitCreate>(
  "ConcurrencyLimitCreate",
  {
    tag: string().check((tag) => (/[/%&><]/.test(tag) ? "The tag of a limit must not contain / % & > or <" : undefined)),
    concurrency_limit: integer(),
  },
  { extra: "forbid" },
);
