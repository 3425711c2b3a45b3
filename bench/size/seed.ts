/**
 * Months of use, put into the tables of a contestant: flow runs ten seconds apart with their states, task runs, logs. Rows
 * are made by the database from a number and one row that came through the API, which is as fast as a COPY of them and sends
 * nothing.
 */
import type { Contestant } from "../contestants/contestant.ts";
import { clear, copy, makeRun, runId, type Seeded, WORKSPACE_ID } from "../seed.ts";

/** Rounds number the ids of rows; no workload uses this one. */
const HISTORY = 4095;
const SECONDS_APART = 10;
/** Runs at the end that are still to come. */
const TO_COME = 100;

export interface Size {
  readonly flowRuns: number;
  readonly statesEach: number;
  readonly taskRuns: number;
  readonly logs: number;
}

const idOf = (kind: string) => `(lpad(to_hex(n), 8, '0') || '-0000-4000-8000-${HISTORY.toString(16)}${kind}')::uuid`;

/** Fills emptied tables. Beside the runs of the size there is nothing but one flow. */
export async function seedSize(contestant: Contestant, size: Size): Promise<void> {
  await clear(contestant);
  const template = await makeRun(contestant.url, "COMPLETED");
  const { database, name } = contestant;
  const prefix = name === "praetor" ? "orion." : "";
  await database.query("set session_replication_role = replica");
  await seedFlowRuns(contestant, template, size, prefix);
  for (let nth = 0; nth < size.statesEach; nth++) {
    const id = nth === 0 ? runColumn : "gen_random_uuid()";
    const columns = { id, flow_run_id: runColumn, timestamp: `${at(size)} + interval '${nth} seconds'` };
    await copy(database, `${prefix}flow_run_state`, `flow_run_id = '${template}'`, size.flowRuns, columns);
  }
  await seedTaskRuns(contestant, size, prefix);
  await seedLogs(contestant, size);
  await database.query("set session_replication_role = default");
  await database.query(`delete from ${prefix}flow_run where id = '${template}'`);
  if (name === "praetor") await database.query("select orion.count_flow_runs_anew()");
  await settle(contestant, prefix);
}

/**
 * As on tables that have been there for a while: statistics, pages known to be visible to all, and no upkeep under way, which
 * would count as work for whoever is measured.
 */
async function settle({ database, name }: Contestant, prefix: string): Promise<void> {
  const tables = ["flow_run", "flow_run_state", "task_run"].map((table) => `${prefix}${table}`);
  await database.query(`vacuum analyze ${name === "praetor" ? "events.log" : "log"}`);
  for (;;) {
    await database.query(`vacuum analyze ${tables.join(", ")}`);
    const { rows } = await database.query<{ settled: boolean }>(
      "select bool_and(relallvisible >= 0.9 * relpages) as settled from pg_class where oid = any($1::regclass[])",
      [tables],
    );
    // While somebody else looks at the database, the server's own upkeep for one, nothing is visible to all.
    if (rows[0]?.settled) break;
  }
  while (await isKeptUp(database)) await new Promise((resolve) => setTimeout(resolve, 1000));
  await database.query("checkpoint");
}

async function isKeptUp(database: Contestant["database"]): Promise<boolean> {
  const { rowCount } = await database.query("select from pg_stat_activity where backend_type = 'autovacuum worker'");
  return rowCount !== 0;
}

const runColumn = `(lpad(to_hex(n), 8, '0') || '-0000-4000-8000-${HISTORY.toString(16).padStart(12, "0")}')::uuid`;
const at = ({ flowRuns }: Size) => `now() + (n - ${flowRuns - TO_COME}) * interval '${SECONDS_APART} seconds'`;

async function seedFlowRuns({ name, database }: Seeded, template: string, size: Size, prefix: string): Promise<void> {
  const toCome = `n >= ${size.flowRuns - TO_COME}`;
  const type = `case when ${toCome} then 'SCHEDULED' when n % 20 = 0 then 'FAILED' else 'COMPLETED' end`;
  const enumeration = name === "praetor" ? "orion.state_type" : "state_type";
  await copy(database, `${prefix}flow_run`, `id = '${template}'`, size.flowRuns, {
    id: runColumn,
    state_id: runColumn,
    name: "'run-' || n",
    state_type: `(${type})::${enumeration}`,
    state_name: `initcap(${type})`,
    state_timestamp: at(size),
    expected_start_time: at(size),
    next_scheduled_start_time: `case when ${toCome} then ${at(size)} end`,
    start_time: `case when not ${toCome} then ${at(size)} + interval '1 second' end`,
    end_time: `case when not ${toCome} then ${at(size)} + interval '5 seconds' end`,
  });
}

async function seedTaskRuns({ database }: Contestant, size: Size, prefix: string): Promise<void> {
  if (size.taskRuns === 0) return;
  const workspace = prefix === "" ? "" : "workspace_id, ";
  const values = prefix === "" ? "" : `'${WORKSPACE_ID}', `;
  const enumeration = prefix === "" ? "state_type" : "orion.state_type";
  const run = runColumn.replace("to_hex(n)", `to_hex(n % ${size.flowRuns})`);
  const when = at(size).replace("(n -", `(n % ${size.flowRuns} -`);
  await database.query(
    `insert into ${prefix}task_run (${workspace}id, flow_run_id, name, task_key, dynamic_key, state_type, state_name,
      state_timestamp, expected_start_time, start_time, end_time, run_count)
    select ${values}${idOf("000000001")}, ${run}, 'task-' || n, 'task', n::text, 'COMPLETED'::${enumeration}, 'Completed',
      ${when}, ${when}, ${when}, ${when}, 1
    from generate_series(0, ${size.taskRuns - 1}) as n`,
  );
}

async function seedLogs({ database, name }: Contestant, size: Size): Promise<void> {
  if (size.logs === 0) return;
  const [table, workspace, value] =
    name === "praetor" ? ["events.log", "workspace_id, ", `'${WORKSPACE_ID}', `] : ["log", "", ""];
  const run = runColumn.replace("to_hex(n)", `to_hex(n % ${size.flowRuns})`);
  await database.query(
    `insert into ${table} (${workspace}id, flow_run_id, name, level, message, timestamp)
    select ${value}gen_random_uuid(), ${run}, 'bench', 20, 'line ' || n, now() - (n % 1000) * interval '1 second'
    from generate_series(0, ${size.logs - 1}) as n`,
  );
}

/** A run of the size, to ask for. */
export const someRun = (n: number): string => runId(HISTORY, n);
