/** Rows put behind the API, in the tables of each contestant, so that seeding takes seconds. Ids follow from numbers. */
import type { Contestant } from "./contestants/contestant.ts";

export const WORKSPACE_ID = "00000000-0000-4000-8000-000000000002";
export const FLOW_ID = "0f000000-0000-4000-8000-000000000000";

/** Whose tables. */
export type Seeded = Pick<Contestant, "name" | "database">;

/** The id of the run `n` of a round. */
export function runId(round: number, n: number): string {
  return `${n.toString(16).padStart(8, "0")}-0000-4000-8000-${round.toString(16).padStart(12, "0")}`;
}

/** The same in SQL, for the number `n` of a row. */
const idOf = (round: number) => `(lpad(to_hex(n), 8, '0') || '-0000-4000-8000-${round.toString(16).padStart(12, "0")}')::uuid`;

/** Empties runs and what hangs on them, and leaves one flow. */
export async function clear({ name, database }: Seeded): Promise<void> {
  if (name === "praetor") {
    await database.query("truncate orion.flow, orion.flow_run_state, orion.task_run_state, orion.outbox cascade");
    await database.query(`insert into orion.flow (workspace_id, id, name) values ('${WORKSPACE_ID}', '${FLOW_ID}', 'bench')`);
  } else {
    await database.query("truncate flow, log cascade");
    await database.query(`insert into flow (id, name) values ('${FLOW_ID}', 'bench')`);
  }
}

export type SeededState = "PENDING" | "COMPLETED";

/** Runs 0 to count - 1 of a round, one second apart: copies of one that is made through the API, so that nothing is missing. */
export async function seedRuns(contestant: Contestant, round: number, count: number, state: SeededState): Promise<void> {
  const template = await makeRun(contestant.url, state);
  const { name, database } = contestant;
  const tables =
    name === "praetor" ? { run: "orion.flow_run", state: "orion.flow_run_state" } : { run: "flow_run", state: "flow_run_state" };
  const times = { expected_start_time: AT, ...(state === "COMPLETED" && { start_time: AT, end_time: AT }) };
  const id = idOf(round);
  // A run and its state refer to each other; as a replica would, the copies come without checks.
  await database.query("set session_replication_role = replica");
  await copy(database, tables.run, `id = '${template}'`, count, {
    id,
    state_id: id,
    name: "'run-' || n",
    state_timestamp: AT,
    ...times,
  });
  await copy(database, tables.state, `flow_run_id = '${template}'`, count, { id, flow_run_id: id, timestamp: AT });
  await database.query("set session_replication_role = default");
  if (name === "praetor") await database.query("select orion.count_flow_runs_anew()");
  await database.query(`delete from ${tables.run} where id = '${template}'`);
}

const AT = "now() - interval '1 day' + n * interval '1 second'";

export async function makeRun(url: string, type: SeededState): Promise<string> {
  const name = type === "PENDING" ? "Pending" : "Completed";
  const body = JSON.stringify({ flow_id: FLOW_ID, tags: ["bench"], parameters: { x: 1 }, state: { type, name } });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}/flow_runs/`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`no run could be made: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { id: string }).id;
}

/** Inserts `count` copies of the row that `condition` finds, n = 0, 1, ..., with some columns replaced by SQL. */
export async function copy(
  database: Contestant["database"],
  table: string,
  condition: string,
  count: number,
  replaced: Readonly<Record<string, string>>,
): Promise<void> {
  const { rows } = await database.query<{ name: string }>(
    "select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
    [table],
  );
  const columns = rows.map(({ name }) => `"${name}"`).join(", ");
  const values = rows.map(({ name }) => replaced[name] ?? `template."${name}"`).join(", ");
  await database.query(
    `insert into ${table} (${columns}) select ${values} from ${table} as template, generate_series(0, ${count - 1}) as n
    where template.${condition}`,
  );
}

/** Brings the planner's statistics up to date and writes what is dirty, so that no round pays for the seeding. */
export async function settle({ name, database }: Seeded): Promise<void> {
  const prefix = name === "praetor" ? "orion." : "";
  await database.query(`vacuum analyze ${prefix}flow_run, ${prefix}flow_run_state`);
  await database.query("checkpoint");
}
