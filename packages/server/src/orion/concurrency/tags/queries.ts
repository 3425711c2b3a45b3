import type { ConcurrencyLimit } from "@praetor/wire";
import { workspaceStatement } from "../../../platform/database/index.ts";

/** A limit of a tag; the names of all such limits begin with `tag:`. */
export interface TagLimit extends Omit<ConcurrencyLimit, "tag" | "concurrency_limit"> {
  readonly name: string;
  readonly limit: number;
  readonly active: boolean;
  readonly slot_decay_per_second: number;
}

const SELECT = `select found.id, found.created, found.updated, found.name, found."limit", found.active,
  found.slot_decay_per_second, held.task_runs as active_slots
from orion.concurrency_limit found
cross join lateral (
  select coalesce(array_agg(lease.holder_id order by lease.created, lease.holder_id), '{}') as task_runs
  from orion.concurrency_lease lease
  where lease.workspace_id = found.workspace_id and lease.limit_id = found.id and lease.holder_type = 'task_run'
    and lease.slots > 0 and lease.expiration > statement_timestamp()
) held`;

export const readTagLimit = workspaceStatement<[id: string], TagLimit>(
  "concurrency.read-tag-limit",
  `${SELECT} where workspace_id = $1 and id = $2 and name like 'tag:%'`,
);

export const readTagLimitByName = workspaceStatement<[name: string], TagLimit>(
  "concurrency.read-tag-limit-by-name",
  `${SELECT} where workspace_id = $1 and name = $2`,
);

export const listTagLimits = workspaceStatement<[limit: number, offset: number], TagLimit>(
  "concurrency.list-tag-limits",
  `${SELECT} where workspace_id = $1 and name like 'tag:%' order by name limit $2 offset $3`,
  { access: "replica" },
);

/** Makes the limit of a name, or sets the one that has it; the event that tells which is among the two given. */
export const putTagLimit = workspaceStatement<
  [id: string, name: string, limit: number, eventId: string, created: string, updated: string],
  { id: string; inserted: boolean }
>(
  "concurrency.put-tag-limit",
  `with put as (
    insert into orion.concurrency_limit (workspace_id, id, name, "limit") values ($1, $2, $3, $4)
    on conflict (workspace_id, name) do update set "limit" = excluded."limit", updated = now()
    returning id, id = $2 as inserted
  ), announced as (
    insert into orion.outbox (workspace_id, id, event)
    select $1, $5, case when inserted then $6::json else $7::json end from put
  )
  select id, inserted from put`,
);

/** Revokes the leases of a limit and gives a slot for good to each of the task runs. */
export const resetSlots = workspaceStatement<[id: string, taskRuns: readonly string[], leaseSeconds: number], unknown>(
  "concurrency.reset-slots",
  `select orion.reset_slots(workspace_id, $2, $3::uuid[], statement_timestamp() + make_interval(secs => $4))
  from (select $1::uuid as workspace_id) tenant`,
  { alone: true },
);

/** Ends the leases by which a task run holds slots of these limits; the limits are answered whether it did or not. */
export const releaseTagSlots = workspaceStatement<
  [names: readonly string[], taskRunId: string],
  { id: string; name: string; limit: number }
>(
  "concurrency.release-tag-slots",
  `with asked as (
    select id, name, "limit" from orion.concurrency_limit where workspace_id = $1 and name = any($2::text[])
  ), released as materialized (
    select orion.release_slots($1, (
      select array_agg(distinct lease.id) from orion.concurrency_lease lease
      where lease.workspace_id = $1 and lease.holder_type = 'task_run' and lease.holder_id = $3
        and lease.limit_id in (select id from asked)
    )) as leases
  )
  select asked.id, asked.name, asked."limit" from asked, released order by asked.name`,
  { alone: true },
);
