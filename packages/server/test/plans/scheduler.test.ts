import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { claimDue, claimFresh } from "../../src/orion/schedules/queries.ts";
import { DEFAULT_WORKSPACE_ID as WORKSPACE } from "../../src/platform/tenancy.ts";
import { openTestServer, type TestServer } from "../../src/testing/server.ts";
import { costOf } from "./explain.ts";
import { idOf, KINDS } from "./seed.ts";

/** What a pass of a scheduler costs follows from what wants runs, however many schedules there are and however many wait. */
const SCHEDULES = 20_000;
const BATCH = 100;
const NOW = "2030-03-01T12:00:00Z";
/** A row of the answer is found in three pages of its index, and its deployment in four; each is locked. */
const BUFFERS_PER_ROW = 20;

let server: TestServer;
let client: Client;
beforeAll(async () => {
  server = await openTestServer();
  client = new Client({ connectionString: server.databaseUrl });
  await client.connect();
  await client.query(`insert into orion.flow (workspace_id, id, name) values ('${WORKSPACE}', '${idOf(KINDS.flow, 0)}', 'flow')`);
  await client.query(`insert into orion.deployment (workspace_id, id, flow_id, name)
    select '${WORKSPACE}', gen_random_uuid(), '${idOf(KINDS.flow, 0)}', 'deployment-' || n from generate_series(1, ${SCHEDULES}) as n`);
  await client.query(`insert into orion.deployment_schedule (workspace_id, id, deployment_id, schedule)
    select workspace_id, gen_random_uuid(), id, '{"cron": "0 0 * * *", "timezone": "UTC", "day_or": true}' from orion.deployment`);
}, 60_000);
afterAll(async () => {
  await client.end();
  await server.close();
});

/** All schedules have runs, and want more at that time. */
const fill = (due: string) =>
  client.query("update orion.deployment_schedule set scheduled_until = $1::timestamptz + interval '2 days', due = $1", [due]);
beforeEach(async () => {
  await fill("2030-03-01T13:00:00Z");
  await client.query("vacuum analyze orion.deployment, orion.deployment_schedule");
});

const pick = (set: string, count: number) =>
  client.query(
    `update orion.deployment_schedule set ${set} where id in (select id from orion.deployment_schedule order by id limit ${count})`,
  );
const wantsRuns = (count: number) => pick("due = '2030-03-01T11:00:00Z'", count);
const isFresh = (count: number) => pick("due = '2030-03-01T11:00:00Z', scheduled_until = '2030-03-01T10:00:00Z'", count);

test.each<[name: string, claim: typeof claimDue, wanted: number, given: () => Promise<unknown>]>([
  ["all schedules, none of which wants runs", claimDue, 0, () => wantsRuns(0)],
  ["all schedules, three of which want runs", claimDue, 3, () => wantsRuns(3)],
  ["all schedules, all of which have wanted runs for an hour", claimDue, BATCH, () => wantsRuns(SCHEDULES)],
  ["new schedules, of which there are none", claimFresh, 0, () => wantsRuns(0)],
  ["new schedules, of which there are three", claimFresh, 3, () => isFresh(3)],
  ["new schedules, of which there are none while all others want runs", claimFresh, 0, () => wantsRuns(SCHEDULES)],
])("looking for runs to make among %s", async (_, claim, wanted, given) => {
  await given();
  await client.query("vacuum analyze orion.deployment_schedule");
  const { rowCount } = await client.query(claim.text, [NOW, BATCH]);
  expect(rowCount).toBe(wanted);
  const { buffers, scanned } = await costOf(client, { text: claim.text, values: [NOW, BATCH], shared: false });
  expect(scanned).toEqual([]);
  expect(buffers).toBeLessThan(BUFFERS_PER_ROW * (wanted + 1));
});
