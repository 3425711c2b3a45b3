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

/** The same in SQL, for the number `n` of a row; spread so that neighbours are not neighbours in an index. */
const idOf = (round: number) => `(lpad(to_hex(n), 8, '0') || '-0000-4000-8000-${round.toString(16).padStart(12, "0")}')::uuid`;

/** Empties runs and what hangs on them, and leaves one flow. */
export async function clear({ name, database }: Seeded): Promise<void> {
  if (name === "praetor") {
    await database.query("truncate orion.flow, orion.outbox cascade");
    await database.query(`insert into orion.flow (workspace_id, id, name) values ('${WORKSPACE_ID}', '${FLOW_ID}', 'bench')`);
  } else {
    await database.query("truncate flow, log cascade");
    await database.query(`insert into flow (id, name) values ('${FLOW_ID}', 'bench')`);
  }
}

export type SeededState = "PENDING" | "COMPLETED";

/** Runs 0 to count - 1 of a round, one second apart, each with one state. */
export async function seedRuns(contestant: Seeded, round: number, count: number, state: SeededState): Promise<void> {
  const { name, database } = contestant;
  const statements = name === "praetor" ? praetorRuns(round, count, state) : originalRuns(round, count, state);
  for (const statement of statements) await database.query(statement);
}

/** Brings the planner's statistics up to date and writes what is dirty, so that no round pays for the seeding. */
export async function settle({ name, database }: Seeded): Promise<void> {
  const prefix = name === "praetor" ? "orion." : "";
  await database.query(`vacuum analyze ${prefix}flow_run, ${prefix}flow_run_state`);
  await database.query("checkpoint");
}

const title = (state: SeededState): string => (state === "PENDING" ? "Pending" : "Completed");
const AT = "now() - interval '1 day' + n * interval '1 second'";
const ENDED = (state: SeededState) => (state === "COMPLETED" ? AT : "null");

function praetorRuns(round: number, count: number, state: SeededState): string[] {
  return [
    `insert into orion.flow_run (workspace_id, id, flow_id, name, state_id, state_type, state_name, state_timestamp,
      expected_start_time, start_time, end_time, run_count, tags, parameters)
    select '${WORKSPACE_ID}', ${idOf(round)}, '${FLOW_ID}', 'run-' || n, ${idOf(round)}, '${state}', '${title(state)}', ${AT},
      ${AT}, ${ENDED(state)}, ${ENDED(state)}, ${state === "COMPLETED" ? 1 : 0}, '{bench}', '{"x": 1}'
    from generate_series(0, ${count - 1}) as n`,
    `insert into orion.flow_run_state (workspace_id, id, flow_run_id, type, name, timestamp)
    select '${WORKSPACE_ID}', ${idOf(round)}, ${idOf(round)}, '${state}', '${title(state)}', ${AT}
    from generate_series(0, ${count - 1}) as n`,
  ];
}

function originalRuns(round: number, count: number, state: SeededState): string[] {
  return [
    `insert into flow_run (id, flow_id, name, state_type, state_name, state_timestamp, expected_start_time, start_time,
      end_time, run_count, tags, parameters, labels)
    select ${idOf(round)}, '${FLOW_ID}', 'run-' || n, '${state}', '${title(state)}', ${AT}, ${AT}, ${ENDED(state)},
      ${ENDED(state)}, ${state === "COMPLETED" ? 1 : 0}, '["bench"]', '{"x": 1}', '{}'
    from generate_series(0, ${count - 1}) as n`,
    `insert into flow_run_state (id, flow_run_id, type, name, timestamp)
    select ${idOf(round)}, ${idOf(round)}, '${state}', '${title(state)}', ${AT} from generate_series(0, ${count - 1}) as n`,
    `update flow_run set state_id = id where state_id is null`,
  ];
}
