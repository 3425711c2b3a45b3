import { JsonText, type ReceivedEvent } from "@praetor/wire";
import * as fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { openTestDatabase, type TestDatabase } from "../../platform/database/testing.ts";
import { createLog } from "../../platform/log.ts";
import { createMetrics } from "../../platform/metrics.ts";
import { DEFAULT_WORKSPACE_ID as workspaceId } from "../../platform/tenancy.ts";
import { testId } from "../../testing/ids.ts";
import { recordTaskRuns } from "./record.ts";
import { insertFlowRun, lifeOf, taskRunEvent, testInstant, testTaskRun } from "./testing.ts";

let opened: TestDatabase;
let flowRunId: string;
let lines: string[];
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());
beforeEach(async () => {
  lines = [];
  flowRunId = await insertFlowRun(opened.databases.orion.system, workspaceId);
});

async function record(...events: ReceivedEvent[]) {
  const log = createLog({ level: "info", format: "json", destination: { write: (line) => void lines.push(line) } });
  const deps = { databases: opened.databases, clock: { now: () => testInstant(60) }, log, metrics: createMetrics() };
  await recordTaskRuns(
    deps,
    events.map((event) => ({ workspaceId, event })),
  );
}

/** A task run's row with its history, without the times of writing. */
async function recorded(id: string) {
  const [row] = await opened.databases.orion.system.compose<Record<string, unknown> & { states: JsonText }>(
    () => sql`select run.*, (select coalesce(json_agg(state), '[]') from (
        select id, type, name, timestamp, message, state_details, data from orion.task_run_state
        where task_run_id = run.id order by timestamp) as state) as states
      from orion.task_run as run where run.id = ${id}::uuid`,
  );
  if (!row) return undefined;
  const { created: _, updated: __, states, ...run } = row;
  return { run, states: states.value() as Record<string, unknown>[] };
}
const namesOf = async (id: string) => (await recorded(id))?.states.map(({ name }) => name);

test("a task run is recorded as its events tell it", async () => {
  const run = testTaskRun({ flowRunId });
  const events = lifeOf(run);
  await record(...events);
  const row = await recorded(run.id);
  expect(row?.run).toEqual({
    workspace_id: workspaceId,
    id: run.id,
    flow_run_id: flowRunId,
    name: "greet-0",
    task_key: run.taskKey,
    dynamic_key: run.dynamicKey,
    cache_key: null,
    cache_expiration: null,
    task_version: null,
    flow_run_run_count: 1,
    state_id: events[4]?.id,
    state_type: "COMPLETED",
    state_name: "Completed",
    state_timestamp: testInstant(4),
    run_count: 2,
    expected_start_time: testInstant(0),
    next_scheduled_start_time: null,
    start_time: testInstant(1),
    end_time: testInstant(4),
    total_run_time: 2.5,
    empirical_policy: { max_retries: 0, retry_delay_seconds: 0, retries: 2, retry_delay: 1, retry_jitter_factor: null },
    task_inputs: new JsonText('{"who":[]}'),
    tags: ["one", "two"],
    labels: new JsonText('{"prefect.flow.id":"x"}'),
  });
  expect(row?.states.map(({ name }) => name)).toEqual(["Pending", "Running", "AwaitingRetry", "Retrying", "Completed"]);
  expect(row?.states[4]).toMatchObject({
    id: events[4]?.id,
    type: "COMPLETED",
    message: "",
    data: { storage_key: "k" },
    state_details: { cache_key: "c", untrackable_result: true, task_run_id: run.id, flow_run_id: flowRunId },
  });
});

test("any order, any batches and any repetition of the events leave the same rows", async () => {
  const original = testTaskRun({ flowRunId });
  await record(...lifeOf(original));
  const expected = await recorded(original.id);
  const shape = ({ run, states }: NonNullable<typeof expected>) => ({
    run: { ...run, id: 0, dynamic_key: 0, state_id: 0 },
    states: states.map((state) => ({ ...state, id: 0, state_details: 0 })),
  });
  const arrivals = fc.array(fc.nat({ max: 4 }), { minLength: 0, maxLength: 12 });
  const cuts = fc.array(fc.boolean(), { minLength: 20, maxLength: 20 });
  const order = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 });
  await fc.assert(
    fc.asyncProperty(order, arrivals, cuts, async (first, repeated, cut) => {
      const run = testTaskRun({ flowRunId });
      const events = lifeOf(run);
      let batch: ReceivedEvent[] = [];
      for (const [index, which] of [...first, ...repeated].entries()) {
        batch.push(...events.slice(which, which + 1));
        if (cut[index]) await record(...batch.splice(0));
      }
      await record(...batch);
      const rows = await recorded(run.id);
      expect(rows && shape(rows)).toEqual(expected && shape(expected));
      expect(rows?.run["state_id"]).toBe(events[4]?.id);
      expect(rows?.states.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
    }),
    { numRuns: 60 },
  );
});

test("events that are cut off in the middle leave the run where it was, and the rest moves it on", async () => {
  const run = testTaskRun({ flowRunId });
  const events = lifeOf(run);
  await record(...events.slice(0, 2));
  expect((await recorded(run.id))?.run).toMatchObject({ state_name: "Running", end_time: null });
  await record(...events.slice(1));
  expect((await recorded(run.id))?.run).toMatchObject({ state_name: "Completed", end_time: testInstant(4) });
});

test("what an event does not say stays as it is", async () => {
  const run = testTaskRun({ flowRunId });
  await record(taskRunEvent(run, { at: 0, type: "PENDING", taskRun: { cache_key: "kept", task_version: "1", name: "first" } }));
  const said = { name: undefined, tags: undefined, task_inputs: undefined, empirical_policy: undefined, labels: undefined };
  await record(taskRunEvent(run, { at: 1, type: "RUNNING", taskRun: said }));
  const stays = { cache_key: "kept", task_version: "1", name: "first", tags: ["one", "two"], state_name: "Running" };
  expect((await recorded(run.id))?.run).toMatchObject({ ...stays, labels: new JsonText('{"prefect.flow.id":"x"}') });
});

test("free-form JSON is kept as it was sent", async () => {
  const run = testTaskRun({ flowRunId });
  const event = taskRunEvent(run, { at: 0, type: "COMPLETED", state: { data: "DATA" }, taskRun: { labels: "LABELS" } });
  const payload = event.payload.text
    .replace('"DATA"', '{"n":1.0,"big":18446744073709551616,"nul":"a\\u0000b","z":1,"a":2}')
    .replace('"LABELS"', '{"ratio":1.0}');
  await record({ ...event, payload: new JsonText(payload) });
  const [state] = await opened.databases.orion.system.compose<{ data: JsonText; labels: JsonText }>(
    () => sql`select state.data, run.labels from orion.task_run_state as state
      join orion.task_run as run on run.id = state.task_run_id where run.id = ${run.id}::uuid`,
  );
  expect(state?.data.text).toBe('{"n":1.0,"big":18446744073709551616,"nul":"a\\u0000b","z":1,"a":2}');
  expect(state?.labels.text).toBe('{"ratio":1.0}');
});

test("a run that is known by another id keeps it, and its states follow", async () => {
  const first = testTaskRun({ flowRunId });
  const other = { ...first, id: testId() };
  await record(taskRunEvent(first, { at: 0, type: "PENDING" }));
  await record(taskRunEvent(other, { at: 1, type: "RUNNING" }));
  expect(await recorded(other.id)).toBeUndefined();
  expect(await namesOf(first.id)).toEqual(["Pending", "Running"]);
});

test("of two ids for one run in a batch the first is taken", async () => {
  const first = testTaskRun({ flowRunId });
  const other = { ...first, id: testId() };
  await record(taskRunEvent(first, { at: 1, type: "RUNNING" }), taskRunEvent(other, { at: 0, type: "PENDING" }));
  expect(await recorded(other.id)).toBeUndefined();
  expect(await namesOf(first.id)).toEqual(["Pending", "Running"]);
});

test("without a flow run only the id counts", async () => {
  const [one, two] = [testTaskRun({ dynamicKey: "a" }), testTaskRun({ dynamicKey: "b" })];
  await record(...lifeOf(one), ...lifeOf(two));
  expect([await namesOf(one.id), await namesOf(two.id)].map((names) => names?.length)).toEqual([5, 5]);
});

test("a run that was made without a state takes the first one that is told", async () => {
  const run = testTaskRun({ flowRunId });
  await opened.databases.orion.system.compose(
    () => sql`insert into orion.task_run (workspace_id, id, flow_run_id, name, task_key, dynamic_key)
      values (${workspaceId}::uuid, ${run.id}::uuid, ${flowRunId}::uuid, 'made', ${run.taskKey}, ${run.dynamicKey})`,
  );
  await record(taskRunEvent(run, { at: 0, type: "RUNNING" }));
  expect((await recorded(run.id))?.run).toMatchObject({ state_name: "Running" });
});

test("events that are none of the recorder's business are left alone", async () => {
  const run = testTaskRun({ flowRunId });
  const [event] = lifeOf(run);
  if (!event) throw new Error("no event");
  const byServer = { ...event, resource: { "prefect.resource.id": `prefect.task-run.${run.id}` } };
  await record(byServer, { ...event, event: "prefect.flow-run.Running" });
  expect(await recorded(run.id)).toBeUndefined();
  expect(lines).toEqual([]);
});

test("runs of a flow run that is gone are left out, the others of the batch are not", async () => {
  const [orphan, run] = [testTaskRun({ flowRunId: testId() }), testTaskRun({ flowRunId })];
  await record(...lifeOf(orphan), ...lifeOf(run));
  expect(await recorded(orphan.id)).toBeUndefined();
  expect(await namesOf(run.id)).toHaveLength(5);
  expect(lines.join()).toContain('"events":5');
});

const spoiled: [what: string, change: (event: ReceivedEvent) => ReceivedEvent][] = [
  ["no task run in the payload", (event) => ({ ...event, payload: new JsonText("{}") })],
  ["a state of no known type", (event) => replaced(event, '"RUNNING"', '"DANCING"')],
  ["an id that is none", (event) => ({ ...event, resource: { ...event.resource, "prefect.resource.id": "prefect.task-run.7" } })],
  ["a number that no column holds", (event) => replaced(event, '"run_count":0', '"run_count":9007199254740991')],
  ["a deeply nested payload", (event) => replaced(event, '"who":[]', `"who":${"[".repeat(600)}${"]".repeat(600)}`)],
];
const replaced = (event: ReceivedEvent, from: string, to: string) => ({
  ...event,
  payload: new JsonText(event.payload.text.replaceAll(from, to)),
});

test.each(spoiled)("an event with %s does not keep its neighbours from being recorded", async (_, change) => {
  const [bad, good] = [testTaskRun({ flowRunId }), testTaskRun({ flowRunId })];
  const event = change(taskRunEvent(bad, { at: 0, type: "RUNNING" }));
  await record(...lifeOf(good).slice(0, 2), event, ...lifeOf(good).slice(2));
  expect(await recorded(bad.id)).toBeUndefined();
  expect((await recorded(good.id))?.run).toMatchObject({ state_name: "Completed" });
  expect(lines.join()).toContain(event.id);
});

test("two batches that meet over the same runs both get through", async () => {
  const runs = Array.from({ length: 40 }, () => testTaskRun({ flowRunId }));
  const events = runs.flatMap(lifeOf);
  await Promise.all([0, 1, 2, 3].map((lane) => record(...events.filter((_, index) => index % 4 === lane || index % 7 === 0))));
  for (const run of runs) expect(await namesOf(run.id)).toHaveLength(5);
});
