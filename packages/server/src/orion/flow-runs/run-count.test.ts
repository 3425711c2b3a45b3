import { array, assert, asyncProperty, constantFrom, nat, tuple } from "fast-check";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../platform/database/testing.ts";
import { DEFAULT_WORKSPACE_ID as WORKSPACE } from "../../platform/tenancy.ts";
import { countFlowRuns } from "./queries.ts";

const OTHER = "00000000-0000-4000-8000-0000000000aa";
const FLOW = "0f000000-0000-4000-8000-000000000000";

let database: TestDatabase;
let clients: readonly Client[];
beforeAll(async () => {
  database = await openTestDatabase();
  clients = await Promise.all(Array.from({ length: 4 }, connect));
});
beforeEach(async () => {
  await query("truncate orion.flow cascade");
  await query(
    `insert into orion.flow (workspace_id, id, name) values ('${WORKSPACE}', '${FLOW}', 'f'), ('${OTHER}', '${FLOW}', 'f')`,
  );
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await database.close();
});

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  return client;
}
const query = (text: string, by = 0) => clients[by % clients.length]?.query(text) ?? Promise.reject(new Error("no client"));

type Step = readonly [by: number, what: "make" | "delete" | "move" | "undo" | "fold", workspace: string, runs: number];
const step = tuple(
  nat({ max: 3 }),
  constantFrom("make", "make", "delete", "move", "undo", "fold"),
  constantFrom(WORKSPACE, OTHER),
  nat({ max: 4 }),
);

function statement([, what, workspace, runs]: Step): string {
  const make = `insert into orion.flow_run (workspace_id, id, flow_id, name)
    select '${workspace}', gen_random_uuid(), '${FLOW}', 'r' from generate_series(1, ${runs})`;
  const some = `(workspace_id, id) in (
    select workspace_id, id from orion.flow_run where workspace_id = '${workspace}' order by id limit ${runs} for update skip locked)`;
  const all = {
    make,
    delete: `delete from orion.flow_run where ${some}`,
    move: `update orion.flow_run set state_type = 'RUNNING', expected_start_time = now() where ${some}`,
    undo: `begin; ${make}; select orion.fold_flow_run_count('${workspace}'); rollback`,
    fold: `select orion.fold_flow_run_count('${workspace}')`,
  };
  return all[what];
}

/** Both of one snapshot. */
const SUMS = `select (select count(*)::int from orion.flow_run where workspace_id = asked.id) as rows,
  (select coalesce(sum(runs), 0)::int from orion.flow_run_count where workspace_id = asked.id) as sum
  from (values ('${WORKSPACE}'::uuid), ('${OTHER}')) as asked(id)`;

async function expectEqual(by?: number): Promise<void> {
  const { rows } = await query(SUMS, by);
  for (const { rows: counted, sum } of rows) expect(sum).toBe(counted);
}

async function takeTurns(by: number, steps: readonly Step[]): Promise<void> {
  for (const each of steps) {
    await query(statement(each), by);
    await expectEqual(by);
  }
}

it("is what the rows say in every snapshot, whatever is made, deleted, undone and folded at once", async () => {
  await assert(
    asyncProperty(array(step, { maxLength: 40 }), async (steps) => {
      const turns = Map.groupBy(steps, ([by]) => by);
      await Promise.all([...turns].map(([by, own]) => takeTurns(by, own)));
      await expectEqual();
    }),
    { numRuns: 40 },
  );
});

it("follows what goes with its flow, and a table that is emptied", async () => {
  await query(statement([0, "make", WORKSPACE, 3]));
  await query(`delete from orion.flow where workspace_id = '${WORKSPACE}'`);
  await expectEqual();
  await query(statement([0, "make", OTHER, 3]));
  await query("truncate orion.flow cascade");
  await expectEqual();
});

it("stays a few rows, and is what is answered", async () => {
  for (let n = 0; n < 600; n++) await query(statement([0, "make", WORKSPACE, 1]));
  const { rows } = await query("select count(*)::int as count from orion.flow_run_count");
  expect(rows[0].count).toBeLessThanOrEqual(257);
  expect(await countFlowRuns(database.databases.orion.workspace(WORKSPACE), {})).toBe(600);
});

it("can be made anew for rows that came without triggers", async () => {
  await query("set session_replication_role = replica");
  await query(statement([0, "make", WORKSPACE, 3]));
  await query("set session_replication_role = default");
  await query("select orion.count_flow_runs_anew()");
  await expectEqual();
});
