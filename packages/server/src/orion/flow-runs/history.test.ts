import {
  fromMicroseconds,
  type HistoryResponse,
  type HistoryResponseState,
  microseconds,
  STATE_TYPES,
  type StateType,
  type Timestamp,
} from "@praetor/wire";
import { array, assert, asyncProperty, constantFrom, integer, nat, option, record } from "fast-check";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { openTestDatabase, type TestDatabase } from "../../platform/database/testing.ts";
import { DEFAULT_WORKSPACE_ID as WORKSPACE } from "../../platform/tenancy.ts";
import { type HistoryRange, readHistory } from "./history.ts";
import { estimatedRunTime, estimatedStartTimeDelta } from "./rows.ts";

const FLOW = "0f000000-0000-4000-8000-000000000000";
const MIDNIGHT = microseconds("2026-06-01T00:00:00Z" as Timestamp);
const at = (seconds: number) => fromMicroseconds(MIDNIGHT + Math.round(seconds * 1_000_000));
const NOW = at(50);

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await openTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
beforeEach(async () => {
  await client.query("truncate orion.flow cascade");
  await client.query(`insert into orion.flow (workspace_id, id, name) values ('${WORKSPACE}', '${FLOW}', 'f')`);
});
afterAll(async () => {
  await client.end();
  await database.close();
});

const aRun = record({
  state_type: constantFrom(...STATE_TYPES),
  expected: integer({ min: -10, max: 110 }),
  /** Seconds after the expected start. */
  started: option(integer({ min: -5, max: 30 }), { nil: null }),
  changed: nat({ max: 100 }),
  total_run_time: nat({ max: 9 }),
});

const aRange = record({
  start: nat({ max: 20 }),
  length: nat({ max: 100 }),
  step: constantFrom(1, 7, 10, 3.3, 100 / 7),
});

interface Run {
  readonly state_type: StateType;
  readonly state_timestamp: Timestamp;
  readonly expected_start_time: Timestamp;
  readonly start_time: Timestamp | null;
  readonly total_run_time: number;
}

async function insert(runs: readonly Run[]): Promise<void> {
  await client.query("delete from orion.flow_run");
  await client.query(
    `insert into orion.flow_run (workspace_id, id, flow_id, name, state_name, state_type, state_timestamp, expected_start_time,
      start_time, total_run_time)
    select $1, gen_random_uuid(), $2, 'r', lower(state_type::text), row.*
    from json_to_recordset($3) as row(state_type orion.state_type, state_timestamp timestamptz,
      expected_start_time timestamptz, start_time timestamptz, total_run_time float8)`,
    [WORKSPACE, FLOW, JSON.stringify(runs)],
  );
}

/** The history as the fields of each run tell it. */
function told(runs: readonly Run[], buckets: readonly HistoryResponse[]) {
  return buckets.map(({ interval_start, interval_end }) => {
    const within = runs.filter(
      ({ expected_start_time: time }) =>
        microseconds(time) >= microseconds(interval_start) && microseconds(time) < microseconds(interval_end),
    );
    return [...Map.groupBy(within, ({ state_type }) => state_type)].map(([state_type, members]) => ({
      state_type,
      state_name: state_type.toLowerCase(),
      count_runs: members.length,
      sum_estimated_run_time: sum(members.map((run) => Math.max(0, estimatedRunTime(run, NOW)))),
      sum_estimated_lateness: sum(members.map((run) => estimatedStartTimeDelta(run, NOW))),
    }));
  });
}
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

/** In one order, and without the bucket's number. */
const inOrder = (buckets: readonly (readonly HistoryResponseState[])[]) =>
  buckets.map((states) =>
    states
      .map(({ state_type, state_name, count_runs, sum_estimated_run_time, sum_estimated_lateness }) => ({
        state_type,
        state_name,
        count_runs,
        sum_estimated_run_time,
        sum_estimated_lateness,
      }))
      .toSorted((one, other) => one.state_type.localeCompare(other.state_type)),
  );

describe.each([
  ["by time alone", true],
  ["by other criteria too", false],
])("a history of runs that are chosen %s", (_, byTimeAlone) => {
  it("is the sum of what each run of a bucket says of itself", async () => {
    const source = { from: sql`orion.flow_run as run`, matching: sql`true`, byTimeAlone };
    const workspace = database.databases.orion.workspace(WORKSPACE);
    await assert(
      asyncProperty(array(aRun, { maxLength: 30 }), aRange, async (made, { start, length, step }) => {
        const runs = made.map(
          ({ state_type, expected, started, changed, total_run_time }): Run => ({
            state_type,
            state_timestamp: at(changed),
            expected_start_time: at(expected),
            start_time: started === null ? null : at(expected + started),
            total_run_time,
          }),
        );
        await insert(runs);
        const range: HistoryRange = {
          history_start: at(start),
          history_end: at(start + length),
          history_interval_seconds: step,
        };
        const buckets = await readHistory(workspace, range, source, NOW);
        expect(inOrder(buckets.map(({ states }) => states))).toEqual(inOrder(told(runs, buckets)));
      }),
      { numRuns: 100 },
    );
  });
});
