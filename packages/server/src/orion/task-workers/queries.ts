import type { TaskWorkerResponse } from "@praetor/wire";
import { workspaceStatement } from "../../platform/database/index.ts";

/** How long an offer, and the word that a worker is connected, hold without being repeated: their server may be gone. */
export const HELD_SECONDS = 60;

/** Offers the next run of these tasks to a worker: those to be served first, then in their order. */
export const offerNext = workspaceStatement<[workerId: string, keys: readonly string[]], { task_run_id: string }>(
  "task-worker.offer-next",
  `update orion.deferred_task_run as waiting
  set offered_to = $2, offered_until = statement_timestamp() + interval '${HELD_SECONDS} seconds'
  where waiting.workspace_id = $1 and waiting.task_run_id = (
    select next.task_run_id from orion.deferred_task_run as next
    where next.workspace_id = $1 and next.task_key = any($3::text[]) and next.due <= statement_timestamp()
      and (next.offered_until is null or next.offered_until < statement_timestamp())
    order by next.first desc, next.position limit 1 for update skip locked)
  returning waiting.task_run_id`,
);

/** A run that a worker has acknowledged, or that cannot be offered any more, waits no longer. */
export const endWaiting = workspaceStatement<[taskRunId: string, workerId: string], { task_run_id: string }>(
  "task-worker.end-waiting",
  `delete from orion.deferred_task_run where workspace_id = $1 and task_run_id = $2 and offered_to = $3
  returning task_run_id`,
);

/** Takes back what was offered to a worker and not acknowledged; the next worker is offered it first. */
export const withdraw = workspaceStatement<[workerId: string], { task_key: string }>(
  "task-worker.withdraw",
  `with gone as (
    delete from orion.task_worker where workspace_id = $1 and id = $2
  )
  update orion.deferred_task_run set first = true, offered_to = null, offered_until = null
  where workspace_id = $1 and offered_to = $2 returning task_key`,
);

/** Says that a worker is connected, and holds what it has been offered. */
export const keepConnected = workspaceStatement<[workerId: string, clientId: string, keys: readonly string[]], unknown>(
  "task-worker.keep-connected",
  `with held as (
    update orion.deferred_task_run set offered_until = statement_timestamp() + interval '${HELD_SECONDS} seconds'
    where workspace_id = $1 and offered_to = $2
  )
  insert into orion.task_worker (workspace_id, id, client_id, task_keys, seen)
  select $1, $2, $3, $4, statement_timestamp()
  on conflict (workspace_id, id) do update set seen = excluded.seen`,
);

/** The workers that are connected and serve one of the tasks, or any. One that has several connections is one worker. */
export const listTaskWorkers = workspaceStatement<[keys: readonly string[] | null], TaskWorkerResponse>(
  "task-worker.list",
  `select client_id as identifier, array_agg(distinct key order by key) as task_keys, max(seen) as timestamp
  from orion.task_worker, unnest(task_keys) as key
  where workspace_id = $1 and seen > statement_timestamp() - interval '${HELD_SECONDS} seconds'
  group by client_id
  having $2::text[] is null or array_agg(key) && $2
  order by client_id limit 1000`,
);

/** Forgets the workers whose server has not said for long that they are connected. */
export const forgetLost = workspaceStatement<[], unknown>(
  "task-worker.forget-lost",
  `delete from orion.task_worker
  where workspace_id = $1 and seen < statement_timestamp() - interval '${HELD_SECONDS} seconds'`,
);
