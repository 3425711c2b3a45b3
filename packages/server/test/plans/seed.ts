import { noFlowRunPolicy, noTaskRunPolicy } from "@praetor/wire";
import type { Client } from "pg";
import { DEFAULT_WORKSPACE_ID as WORKSPACE } from "../../src/platform/tenancy.ts";

const FLOW_RUN_POLICY = JSON.stringify(noFlowRunPolicy());
const TASK_RUN_POLICY = JSON.stringify(noTaskRunPolicy());
export const FLOWS = 50;
/** The id of the row `n` of a kind. */
export const idOf = (kind: number, n: number): string =>
  `${n.toString(16).padStart(8, "0")}-0000-4000-8000-${kind.toString(16).padStart(12, "0")}`;
const id = (kind: number, n = "n") =>
  `(lpad(to_hex(${n}), 8, '0') || '-0000-4000-8000-${kind.toString(16).padStart(12, "0")}')::uuid`;
export const KINDS = { flow: 1, deployment: 2, flowRun: 3, taskRun: 4 } as const;

/** One run a minute, the newest in an hour: of sixty, fifty-five have ended, two run, and three are to come. */
const STATE = `case when n >= runs - 60 then 'SCHEDULED'
  when n % 30 = 0 then 'RUNNING' when n % 10 = 1 then 'FAILED' when n % 50 = 2 then 'CRASHED' else 'COMPLETED' end`;
const AT = "now() + (n - runs + 60) * interval '1 minute'";

/** Fills the tables as months of use would, with so many flow runs, twice as many states, as many task runs and logs. */
export async function seed(client: Client, runs: number): Promise<void> {
  const rows = (count: number) => `generate_series(0, ${count - 1}) as n, (select ${runs} as runs) as size`;
  await client.query("set session_replication_role = replica");
  await client.query(`insert into orion.flow (workspace_id, id, name, tags)
    select '${WORKSPACE}', ${id(KINDS.flow)}, 'flow-' || n, array['team-' || n % 5] from ${rows(FLOWS)}`);
  await client.query(`insert into orion.deployment (workspace_id, id, flow_id, name, tags)
    select '${WORKSPACE}', ${id(KINDS.deployment)}, ${id(KINDS.flow)}, 'deployment-' || n, array['team-' || n % 5]
    from ${rows(FLOWS)}`);
  await client.query(`insert into orion.flow_run (workspace_id, id, flow_id, deployment_id, name, tags, state_id, state_type,
      state_name, state_timestamp, run_count, expected_start_time, next_scheduled_start_time, start_time, end_time,
      total_run_time, auto_scheduled, empirical_policy, labels, job_variables)
    select '${WORKSPACE}', ${id(KINDS.flowRun)}, ${id(KINDS.flow, `n % ${FLOWS}`)}, ${id(KINDS.deployment, `n % ${FLOWS}`)},
      'run-' || n, array['team-' || n % 5, 'day-' || n / 1440], ${id(KINDS.flowRun)}, type::orion.state_type,
      initcap(type), at, case when type = 'SCHEDULED' then 0 else 1 end, at, case when type = 'SCHEDULED' then at end,
      case when type <> 'SCHEDULED' then at + interval '1 second' end,
      case when type not in ('SCHEDULED', 'RUNNING') then at + interval '1 minute' end, 59, n % 2 = 0, '${FLOW_RUN_POLICY}', '{}', '{}'
    from ${rows(runs)}, lateral (select ${STATE} as type, ${AT} as at) as given`);
  await client.query(`insert into orion.flow_run_state (workspace_id, id, flow_run_id, type, name, timestamp)
    select '${WORKSPACE}', case when last then ${id(KINDS.flowRun)} else gen_random_uuid() end, ${id(KINDS.flowRun)},
      'PENDING', 'Pending', ${AT} + case when last then interval '1 second' else interval '0' end
    from ${rows(runs)}, (values (false), (true)) as step(last)`);
  await client.query(`insert into orion.task_run (workspace_id, id, flow_run_id, name, task_key, dynamic_key, tags, state_id,
      state_type, state_name, state_timestamp, run_count, expected_start_time, start_time, end_time, total_run_time, empirical_policy, labels)
    select '${WORKSPACE}', ${id(KINDS.taskRun)}, ${id(KINDS.flowRun)}, 'task-' || n, 'task', '0', array['team-' || n % 5],
      ${id(KINDS.taskRun)}, type::orion.state_type, initcap(type), at, 1, at, at, at + interval '30 seconds', 30, '${TASK_RUN_POLICY}', '{}'
    from ${rows(runs)}, lateral (select ${STATE} as type, ${AT} as at) as given`);
  await client.query(`insert into orion.task_run_state (workspace_id, id, task_run_id, type, name, timestamp)
    select '${WORKSPACE}', ${id(KINDS.taskRun)}, ${id(KINDS.taskRun)}, 'COMPLETED', 'Completed', ${AT} from ${rows(runs)}`);
  await client.query(`insert into events.log (workspace_id, id, flow_run_id, name, level, message, timestamp)
    select '${WORKSPACE}', gen_random_uuid(), ${id(KINDS.flowRun)}, 'prefect.flow_runs', 20, 'line ' || n, ${AT}
    from ${rows(runs)}`);
  await client.query("set session_replication_role = default");
  await client.query("select orion.count_flow_runs_anew()");
  await settle(client);
}

const TABLES = [
  "orion.flow",
  "orion.deployment",
  "orion.flow_run",
  "orion.flow_run_state",
  "orion.task_run",
  "orion.task_run_state",
];

/** Statistics, and pages known to be visible to all, as they are on a table that has been there for a while. */
async function settle(client: Client): Promise<void> {
  await client.query("analyze events.log");
  for (;;) {
    await client.query(`vacuum (analyze) ${TABLES.join(", ")}`);
    const { rows } = await client.query(
      "select bool_and(relallvisible > 0.9 * relpages) as settled from pg_class where oid = any($1::regclass[])",
      [TABLES],
    );
    // While somebody else looks at the database, the server's own upkeep for one, nothing is visible to all.
    if (rows[0].settled) return;
  }
}
