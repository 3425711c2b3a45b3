import { addSeconds, type Timestamp } from "@praetor/wire";
import { expect } from "vitest";
import { databaseNow, sql, type SystemDatabase } from "../../src/platform/database/index.ts";
import type { TestServer } from "../../src/testing/server.ts";
import { Replica } from "./replica.ts";
import type { Work } from "./work.ts";

/** Lets two replicas that live do what is left; answers up to when all is done that was due. */
export async function settle({ deps, databaseUrl }: Pick<TestServer, "deps" | "databaseUrl">, work: Work): Promise<Timestamp> {
  const { orion } = deps.databases;
  const last = [new Replica(databaseUrl), new Replica(databaseUrl)];
  await Promise.all(last.map((replica) => replica.live()));
  await expect.poll(() => workLeft(orion.system, work), { timeout: 90_000, interval: 100 }).toEqual({});
  const settled = addSeconds(await databaseNow(orion), -5);
  // What was due until then may be marked at this very moment.
  await expect.poll(() => lateness(orion.system, settled), { timeout: 30_000 }).toEqual([]);
  await Promise.all(last.map((replica) => replica.kill()));
  return settled;
}

/** How many things of each kind wait for a loop; empty when none do. */
export async function workLeft(system: SystemDatabase, work: Work): Promise<Record<string, number>> {
  const rows = await system.compose<{ kind: string; waiting: number }>(
    () => sql`
    select kind, count(*)::int as waiting from (
      select 'late' as kind from orion.flow_run
      where id = any(${[...work.histories.keys()]}::uuid[]) and unmarked_due is not null
      union all select 'stuck' from orion.flow_run where cancelling_since is not null
      union all select 'paused' from orion.flow_run where pause_timeout is not null
      union all select 'orphan' from orion.task_run where id = any(${work.orphans}::uuid[]) and state_type <> 'CANCELLED'
      union all select 'expired' from orion.flow_run where id = any(${work.expired}::uuid[])
      union all select 'silent' from orion.flow_run_heartbeat
      union all select 'lease' from orion.concurrency_lease where expiration < now()
      union all select 'pool' from orion.work_pool where id = any(${work.pools}::uuid[]) and status = 'READY'
      union all select 'queue' from orion.work_queue where work_pool_id = any(${work.pools}::uuid[]) and status = 'READY'
      union all select 'schedule' from orion.deployment_schedule where due < now() - interval '3 seconds'
      union all select 'outbox' from orion.outbox
    ) as waiting group by kind`,
  );
  return Object.fromEntries(rows.map(({ kind, waiting }) => [kind, waiting]));
}

/** Instants of schedules that have no run, or more than one; every schedule fires each second. */
const schedules = (system: SystemDatabase) =>
  system.compose<{ problem: string }>(
    () => sql`
    with made as (
      select created_by ->> 'id' as schedule, expected_start_time as at from orion.flow_run where auto_scheduled
    ), own as (
      select schedule.id::text as schedule, schedule.created, min(made.at) as first, max(made.at) as last,
        count(*) as runs, count(distinct made.at) as instants
      from orion.deployment_schedule as schedule left join made on made.schedule = schedule.id::text
      group by schedule.id, schedule.created
    )
    select format('schedule %s of %s: %s runs, %s instants from %s to %s', schedule, created, runs, instants, first, last) as problem
    from own
    where first is null or runs <> instants or instants <> extract(epoch from last - first)::bigint + 1
      or last < now() or first > created + interval '1 second'`,
  );

/** Scheduled runs that were not late once: their history is no other, since nobody starts them. */
const lateness = (system: SystemDatabase, settled: Timestamp) =>
  system.compose<{ problem: string }>(
    () => sql`
    select format('run %s at %s: %s', run.id, run.expected_start_time, string_agg(state.name, ', ' order by state.timestamp)) as problem
    from orion.flow_run as run
    join orion.flow_run_state as state on state.workspace_id = run.workspace_id and state.flow_run_id = run.id
    where run.auto_scheduled and run.expected_start_time < ${settled}::timestamptz
    group by run.id, run.expected_start_time
    having array_agg(state.name order by state.timestamp) <> '{Scheduled,Late}'`,
  );

/** Runs whose states are others than expected, or came more than once. */
async function histories(system: SystemDatabase, { histories: expected, orphans }: Work): Promise<{ problem: string }[]> {
  const found = await system.compose<{ id: string; names: string }>(
    () => sql`
    select flow_run_id as id, string_agg(name, ',' order by timestamp) as names from orion.flow_run_state
    where flow_run_id = any(${[...expected.keys()]}::uuid[]) group by flow_run_id
    union all
    select task_run_id, string_agg(name, ',' order by timestamp) from orion.task_run_state
    where task_run_id = any(${orphans}::uuid[]) group by task_run_id`,
  );
  const names = new Map(found.map((row) => [row.id, row.names]));
  const wanted = new Map([
    ...[...expected].map(([id, states]) => [id, states.join(",")] as const),
    ...orphans.map((id) => [id, "Running,Cancelled"] as const),
  ]);
  return [...wanted]
    .filter(([id, states]) => names.get(id) !== states)
    .map(([id, states]) => ({ problem: `run ${id}: ${names.get(id)} instead of ${states}` }));
}

/** Slots that nobody holds and that are not free, or the other way round. */
const slots = (system: SystemDatabase, { held }: Work) =>
  system.compose<{ problem: string }>(
    () => sql`
    select format('limit %s: %s in use', name, active_slots) as problem from orion.concurrency_limit_in_use
    where active_slots <> case when name like 'held-%' then 1 else 0 end
    union all
    select format('lease %s is gone', lease) from unnest(${held}::uuid[]) as lease
    where not exists (select from orion.concurrency_lease where id = lease)`,
  );

/** Pools and queues whose statuses were not told once each, and facts that were told twice. */
const events = (system: SystemDatabase, { pools }: Work) =>
  system.compose<{ problem: string }>(
    () => sql`
    with watched as (
      select 'prefect.work-pool.' || pool as resource, 'prefect.work-pool.not-ready, prefect.work-pool.ready, prefect.work-pool.not-ready' as wanted
      from unnest(${pools}::uuid[]) as pool
      union all
      select 'prefect.work-queue.' || id, 'prefect.work-queue.ready, prefect.work-queue.not-ready'
      from orion.work_queue where work_pool_id = any(${pools}::uuid[])
    ), told as (
      select watched.resource, wanted, string_agg(event.event, ', ' order by event.occurred) as told
      from watched left join events.event as event on event.resource_id = watched.resource and event.event like '%ready'
      group by watched.resource, wanted
    )
    select format('of %s was told: %s', resource, told) as problem from told where told is distinct from wanted
    union all
    select format('event %s was stored %s times', id, count(*)) from events.event group by id having count(*) > 1`,
  );

/** States that are dated by a clock that is off. */
const dates = (system: SystemDatabase, begun: Timestamp) =>
  system.compose<{ problem: string }>(
    () => sql`
    select format('state %s of run %s is dated %s', name, flow_run_id, timestamp) as problem from orion.flow_run_state
    where timestamp not between ${begun}::timestamptz - interval '1 second' and now() + interval '1 second'`,
  );

export interface Span {
  /** When the work began, by PostgreSQL's clock. */
  readonly begun: Timestamp;
  /** When no work was left. */
  readonly settled: Timestamp;
}

/** What does not hold, as sentences; empty when every loop did all of its work, once. */
export async function violations(system: SystemDatabase, work: Work, { begun, settled }: Span): Promise<string[]> {
  const found = await Promise.all([
    schedules(system),
    lateness(system, settled),
    histories(system, work),
    slots(system, work),
    events(system, work),
    dates(system, begun),
  ]);
  return found.flat().map(({ problem }) => problem);
}
