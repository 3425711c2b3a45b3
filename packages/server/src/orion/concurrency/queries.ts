import type {
  ConcurrencyLease,
  ConcurrencyLimitV2,
  ConcurrencyLimitV2Create,
  GlobalConcurrencyLimitResponse,
} from "@praetor/wire";
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
  /** Seconds until time alone makes room: slots decay, or a lease ends. Null where nothing ends by itself. */
  readonly room_in: number | null;
}

/** One caller's row of an answer to several. */
export interface TurnRow extends AskedLimit {
  readonly turn: number;
}

/** Serves callers in their order, as migration 0010 says; each gets all of what it asks for, or nothing. */
export const acquireInTurn = workspaceStatement<[requests: string], TurnRow>(
  "concurrency.acquire-in-turn",
  `select answer.* from (select $1::uuid as workspace_id) tenant
  cross join lateral orion.acquire_slots_in_turn(tenant.workspace_id, $2::json) answer`,
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

/** Ends leases; answers how many there were, the limits that had slots of them, and how many slots these were. */
export const releaseSlots = workspaceStatement<
  [leases: readonly string[]],
  { released: number; limits: string[]; slots: number }
>(
  "concurrency.release-slots",
  `select
    array(
      select distinct lease.limit_id from orion.concurrency_lease lease
      where lease.workspace_id = tenant.workspace_id and lease.id = any($2::uuid[])
    ) as limits,
    (
      select coalesce(sum(lease.slots), 0)::integer from orion.concurrency_lease lease
      where lease.workspace_id = tenant.workspace_id and lease.id = any($2::uuid[])
    ) as slots,
    orion.release_slots(tenant.workspace_id, $2::uuid[]) as released
  from (select $1::uuid as workspace_id) tenant`,
  { alone: true },
);

export const renewLease = workspaceStatement<[lease: string, seconds: number], { renewed: boolean }>(
  "concurrency.renew-lease",
  `select orion.renew_lease(workspace_id, $2, statement_timestamp() + make_interval(secs => $3)) as renewed
  from (select $1::uuid as workspace_id) tenant`,
  { alone: true },
);

/** The leases that hold slots of a limit, those that end first before the others. */
export const listLeases = workspaceStatement<[limitId: string, limit: number, offset: number], ConcurrencyLease>(
  "concurrency.list-leases",
  `select lease.id as lease_id, lease.slots + lease.decaying_slots as slots, lease.created as acquired, lease.expiration,
    case when lease.holder_id is not null then jsonb_build_object('type', lease.holder_type, 'id', lease.holder_id) end as holder,
    case lease.holder_type
      when 'flow_run' then (select name from orion.flow_run where workspace_id = $1 and id = lease.holder_id)
      when 'task_run' then (select name from orion.task_run where workspace_id = $1 and id = lease.holder_id)
      when 'deployment' then (select name from orion.deployment where workspace_id = $1 and id = lease.holder_id)
    end as holder_name
  from orion.concurrency_lease lease
  where lease.workspace_id = $1 and lease.limit_id = $2 and lease.expiration > statement_timestamp()
    and lease.slots + lease.decaying_slots > 0
  order by lease.expiration, lease.id limit $3 offset $4`,
);

/** Ends those of the leases that have expired by then; answers how many. */
export const releaseExpired = workspaceStatement<[leases: readonly string[]], { released: number }>(
  "concurrency.release-expired",
  `select orion.release_expired_slots(tenant.workspace_id, $2::uuid[]) as released
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
