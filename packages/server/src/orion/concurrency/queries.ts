import type { ConcurrencyLimitV2, ConcurrencyLimitV2Create, GlobalConcurrencyLimitResponse } from "@praetor/wire";
import { Fragment, sql, systemStatement, type WorkspaceExecutor, workspaceStatement } from "../../platform/database/index.ts";
import type { OutboxRow } from "../outbox/index.ts";

const READ = `id, created, updated, active, name, "limit", active_slots, slot_decay_per_second`;

export const insertLimit = workspaceStatement<
  [
    id: string,
    name: string,
    limit: number,
    active: boolean,
    slotDecayPerSecond: number,
    activeSlots: number,
    deniedSlots: number,
    eventId: string,
    event: string,
  ],
  ConcurrencyLimitV2
>(
  "concurrency.insert-limit",
  `with announced as (
    insert into orion.outbox (workspace_id, id, event) values ($1, $9, $10)
  )
  insert into orion.concurrency_limit
    (workspace_id, id, name, "limit", active, slot_decay_per_second, unleased_slots, denied_slots)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  returning id, created, updated, active, name, "limit", unleased_slots as active_slots, denied_slots,
    slot_decay_per_second, avg_slot_occupancy_seconds`,
);

export const readLimit = workspaceStatement<[id: string], GlobalConcurrencyLimitResponse>(
  "concurrency.read-limit",
  `select ${READ} from orion.concurrency_limit_in_use where workspace_id = $1 and id = $2`,
);

export const readLimitByName = workspaceStatement<[name: string], GlobalConcurrencyLimitResponse>(
  "concurrency.read-limit-by-name",
  `select ${READ} from orion.concurrency_limit_in_use where workspace_id = $1 and name = $2`,
);

export const listLimits = workspaceStatement<[limit: number, offset: number], GlobalConcurrencyLimitResponse>(
  "concurrency.list-limits",
  `select ${READ} from orion.concurrency_limit_in_use where workspace_id = $1 order by name limit $2 offset $3`,
  { access: "replica" },
);

/** What of a limit can be set; its slots in use are counted, and set by a statement of their own. */
export type LimitChange = { [K in keyof Omit<ConcurrencyLimitV2Create, "active_slots">]?: ConcurrencyLimitV2Create[K] | null };

const COLUMNS = {
  active: (value: unknown) => sql`active = ${value}`,
  name: (value: unknown) => sql`name = ${value}`,
  limit: (value: unknown) => sql`"limit" = ${value}`,
  denied_slots: (value: unknown) => sql`denied_slots = ${value}, denied_as_of = statement_timestamp()`,
  slot_decay_per_second: (value: unknown) => sql`slot_decay_per_second = ${value}`,
} as const satisfies Record<keyof LimitChange, (value: unknown) => Fragment>;

/** Sets the given columns. What decayed until now did so at the old rate. */
export function updateLimit(database: WorkspaceExecutor, id: string, change: LimitChange, event: OutboxRow): Promise<unknown> {
  const columns = Object.entries(COLUMNS).filter(([key]) => key in change);
  const assignments = columns.map(([key, assign]) => assign(change[key as keyof LimitChange]));
  return database.compose(
    (workspace) => sql`
      with changed as (
        update orion.concurrency_limit as changing
        set ${Fragment.join(assignments, ", ")}${assignments.length > 0 ? sql`,` : sql``} updated = now(),
          unleased_slots = orion.unleased_slots_at(changing, statement_timestamp()), unleased_as_of = statement_timestamp()
        where workspace_id = ${workspace} and id = ${id}
        returning id
      )
      insert into orion.outbox (workspace_id, id, event)
      select ${workspace}::uuid, ${event.id}::uuid, ${event.event}::json from changed`,
  );
}

export const setActiveSlots = workspaceStatement<[id: string, activeSlots: number], unknown>(
  "concurrency.set-active-slots",
  "select orion.set_active_slots(workspace_id, $2, $3) from (select $1::uuid as workspace_id) tenant",
);

export const deleteLimit = workspaceStatement<[id: string, eventId: string, event: string], { id: string }>(
  "concurrency.delete-limit",
  `with gone as (
    delete from orion.concurrency_limit where workspace_id = $1 and id = $2 returning id
  ), announced as (
    insert into orion.outbox (workspace_id, id, event) select $1, $3, $4 from gone
  )
  select id from gone`,
);

/** A limit that slots were asked of, as it was then. */
export interface AskedLimit {
  readonly id: string;
  readonly name: string;
  readonly limit: number;
  readonly active: boolean;
  readonly slot_decay_per_second: number;
  readonly avg_slot_occupancy_seconds: number;
  readonly denied_slots: number;
  /** Seconds since `denied_slots` was set, for its decay. */
  readonly denied_seconds: number;
  /** The same for all limits of one call. */
  readonly acquired: boolean;
}

export const acquireSlots = workspaceStatement<
  [
    names: readonly string[],
    slots: number,
    lease: string | null,
    holderType: string | null,
    holderId: string | null,
    leaseSeconds: number | null,
    rateLimit: boolean,
  ],
  AskedLimit
>(
  "concurrency.acquire-slots",
  `select * from orion.acquire_slots(
    $1,
    (select array_agg(id) from orion.concurrency_limit where workspace_id = $1 and name = any($2::text[])),
    $3, $4, $5, $6, statement_timestamp() + make_interval(secs => $7), rate_limit => $8
  )`,
  { alone: true },
);

/** A limit that unleased slots were given back to; a limit that is not active keeps what it has. */
export const giveBackSlots = workspaceStatement<
  [names: readonly string[], slots: number, occupancySeconds: number | null],
  { id: string; name: string; limit: number }
>(
  "concurrency.give-back-slots",
  `with asked as (
    select id, name, "limit", active from orion.concurrency_limit
    where workspace_id = $1 and name = any($2::text[])
    order by id for no key update
  ), changed as (
    update orion.concurrency_limit as changing
    set unleased_slots = greatest(0, orion.unleased_slots_at(changing, statement_timestamp()) - $3::bigint),
      unleased_as_of = statement_timestamp(),
      avg_slot_occupancy_seconds = case when $4::double precision is null then avg_slot_occupancy_seconds else
        orion.occupancy_after(avg_slot_occupancy_seconds, greatest(0.1, $4::double precision / $3::bigint), 1, changing."limit")
      end
    from asked
    where changing.workspace_id = $1 and changing.id = asked.id and asked.active
  )
  select id, name, "limit" from asked order by name`,
  { alone: true },
);

export const releaseSlots = workspaceStatement<[leases: readonly string[]], { released: number }>(
  "concurrency.release-slots",
  "select orion.release_slots(workspace_id, $2::uuid[]) as released from (select $1::uuid as workspace_id) tenant",
  { alone: true },
);

export const renewLease = workspaceStatement<[lease: string, seconds: number], { renewed: boolean }>(
  "concurrency.renew-lease",
  `select orion.renew_lease(workspace_id, $2, statement_timestamp() + make_interval(secs => $3)) as renewed
  from (select $1::uuid as workspace_id) tenant`,
  { alone: true },
);

/** The leases that expired first, up to a number of rows. */
export const listExpiredLeases = systemStatement<[limit: number], { workspace_id: string; leases: string[] }>(
  "concurrency.list-expired-leases",
  `select workspace_id, array_agg(distinct id) as leases from (
    select workspace_id, id from orion.concurrency_lease where expiration <= now() order by expiration limit $1
  ) due
  group by workspace_id`,
);
