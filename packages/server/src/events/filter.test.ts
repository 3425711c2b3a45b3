import type { ReceivedEvent, Timestamp } from "@praetor/wire";
import { JsonText } from "@praetor/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../platform/database/testing.ts";
import { DEFAULT_WORKSPACE_ID as workspaceId } from "../platform/tenancy.ts";
import { eventMatcher } from "./match.ts";
import { storeEvents } from "./queries.ts";
import { readEvents } from "./read.ts";
import { testEvent, testFilter } from "./testing.ts";

const resource = (id: string, labels: Record<string, string> = {}) => ({ "prefect.resource.id": id, ...labels });
const related = (id: string, role: string, labels: Record<string, string> = {}) =>
  resource(id, { "prefect.resource.role": role, ...labels });
const long = `thing.${"x".repeat(3000)}`;
const longPrefix = long.slice(0, 2000);

const EVENTS = {
  running: testEvent({
    event: "prefect.flow-run.Running",
    resource: resource("prefect.flow-run.1", { "prefect.resource.name": "calm-otter", state: "RUNNING" }),
    related: [related("prefect.flow.1", "flow", { "prefect.resource.name": "etl" }), related("prefect.tag.a", "tag")],
    payload: new JsonText('{"note":"Disk FULL at 100%"}'),
    occurred: "2026-11-23T10:00:00Z" as Timestamp,
  }),
  completed: testEvent({
    event: "prefect.flow-run.Completed",
    resource: resource("prefect.flow-run.2", { "prefect.resource.name": "calm-heron", state: "COMPLETED", path: "a\\b" }),
    related: [related("prefect.flow.2", "flow"), related("prefect.flow.1", "parent")],
    occurred: "2026-11-23T10:00:00.000001Z" as Timestamp,
  }),
  odd: testEvent({
    event: "custom_event%x",
    resource: resource("custom[1].50%_off", { "prefect.resource.name": "line\nbreak", role: "x", "": "empty label" }),
    occurred: "2026-11-23T11:00:00Z" as Timestamp,
  }),
  long: testEvent({
    event: "long",
    resource: resource(long),
    related: [related(`${long}-related`, "long")],
    occurred: "2026-11-23T12:00:00Z" as Timestamp,
  }),
} satisfies Record<string, ReceivedEvent>;
type Name = keyof typeof EVENTS;

const everything: Name[] = ["running", "completed", "odd", "long"];
const flowRuns: Name[] = ["running", "completed"];

const CASES: [filter: Record<string, unknown>, found: Name[]][] = [
  [{}, everything],
  // Empty criteria ask for nothing.
  [{ event: {}, resource: {}, related: {}, any_resource: {}, id: {}, text: { query: " " } }, everything],
  [{ event: { prefix: [], name: [] }, resource: { id: [], labels: {} }, related: [{ role: [] }], id: { id: [] } }, everything],
  [{ related: [], any_resource: [] }, everything],
  // Time: both ends belong to the range, to the microsecond.
  [{ occurred: { since: "2026-11-23T10:00:00.000001Z", until: "2026-11-23T11:00:00Z" } }, ["completed", "odd"]],
  [{ occurred: { since: "2026-11-23T10:00:00Z", until: "2026-11-23T10:00:00Z" } }, ["running"]],
  // Names.
  [{ event: { prefix: ["prefect.flow-run."] } }, flowRuns],
  [{ event: { prefix: ["prefect.flow-run.R", "custom"] } }, ["running", "odd"]],
  [{ event: { prefix: ["custom_event%"] } }, ["odd"]],
  [{ event: { prefix: ["custom%"] } }, []],
  [{ event: { prefix: ["PREFECT"] } }, []],
  [{ event: { name: ["long", "prefect.flow-run.Running"] } }, ["running", "long"]],
  [{ event: { exclude_prefix: ["prefect.", "long"] } }, ["odd"]],
  [{ event: { exclude_name: ["long", "custom_event%x"] } }, flowRuns],
  [{ event: { prefix: ["prefect"], exclude_name: ["prefect.flow-run.Running"] } }, ["completed"]],
  // The primary resource.
  [{ resource: { id: ["prefect.flow-run.1", "nobody"] } }, ["running"]],
  [{ resource: { id: ["prefect.flow.1"] } }, []],
  [{ resource: { id: [long] } }, ["long"]],
  [{ resource: { id: [`${long}y`] } }, []],
  [{ resource: { id_prefix: ["prefect.flow-run"] } }, flowRuns],
  [{ resource: { id_prefix: ["custom[1].50%"] } }, ["odd"]],
  [{ resource: { id_prefix: ["custom[1].50_"] } }, []],
  [{ resource: { id_prefix: [longPrefix] } }, ["long"]],
  // Labels: rows are joined by "and", the values of a row by "or".
  [{ resource: { labels: { state: "RUNNING" } } }, ["running"]],
  [{ resource: { labels: { state: ["RUNNING", "COMPLETED"] } } }, flowRuns],
  [{ resource: { labels: { state: ["RUNNING", "COMPLETED"], "prefect.resource.name": "*heron" } } }, ["completed"]],
  [{ resource: { labels: { state: [] } } }, []],
  [{ resource: { labels: { "prefect.resource.id": [] } } }, []],
  [{ resource: { labels: { missing: "*" } } }, []],
  [{ resource: { labels: { "": "empty*" } } }, ["odd"]],
  // Patterns.
  [{ resource: { labels: { "prefect.resource.id": "prefect.flow-run.*" } } }, flowRuns],
  [{ resource: { labels: { "prefect.resource.id": "prefect.flow-run.?" } } }, flowRuns],
  [{ resource: { labels: { "prefect.resource.id": "prefect.flow-run" } } }, []],
  [{ resource: { labels: { "prefect.resource.id": "prefect*run*1" } } }, ["running"]],
  [{ resource: { labels: { "prefect.resource.name": "calm-[a-i]*" } } }, ["completed"]],
  [{ resource: { labels: { "prefect.resource.name": "calm-[!a-i]*" } } }, ["running"]],
  [{ resource: { labels: { "prefect.resource.name": "calm-[i-a]*" } } }, []],
  [{ resource: { labels: { "prefect.resource.name": "calm-[!i-a]*" } } }, flowRuns],
  [{ resource: { labels: { "prefect.resource.name": "line?break" } } }, ["odd"]],
  [{ resource: { labels: { "prefect.resource.name": "line[!x]*" } } }, ["odd"]],
  [{ resource: { labels: { "prefect.resource.id": "custom[[]1].50%_off" } } }, ["odd"]],
  [{ resource: { labels: { "prefect.resource.id": "custom[[]1[]].50%*" } } }, ["odd"]],
  [{ resource: { labels: { "prefect.resource.id": "custom*.50%%off" } } }, []],
  [{ resource: { labels: { path: "a\\b" } } }, ["completed"]],
  [{ resource: { labels: { path: "a[\\]b" } } }, ["completed"]],
  // A negated pattern still needs the label.
  [{ resource: { labels: { state: "!RUNNING" } } }, ["completed"]],
  [{ resource: { labels: { state: "!RUN*" } } }, ["completed"]],
  [{ resource: { labels: { state: "![A-C]*" } } }, ["running"]],
  [{ resource: { labels: { state: ["!RUNNING", "!COMPLETED"] } } }, flowRuns],
  [{ resource: { labels: { missing: "!x" } } }, []],
  // Related resources: one resource must meet the whole criterion, each of a list may be met by another.
  [{ related: { id: ["prefect.flow.1"] } }, flowRuns],
  [{ related: { id: ["prefect.flow.1"], role: ["flow"] } }, ["running"]],
  [{ related: [{ id: ["prefect.flow.1"] }, { role: ["flow"] }] }, flowRuns],
  [{ related: [{ id: ["prefect.flow.1"] }, { id: ["prefect.tag.a"] }] }, ["running"]],
  [{ related: { id: ["prefect.flow-run.1"] } }, []],
  [{ related: { role: ["parent", "tag"] } }, flowRuns],
  [
    {
      related: {
        resources_in_roles: [
          ["prefect.flow.1", "flow"],
          ["prefect.flow.2", "parent"],
        ],
      },
    },
    ["running"],
  ],
  [{ related: { labels: { "prefect.resource.name": "e*" } } }, ["running"]],
  [{ related: { labels: { "prefect.resource.role": "pa*" } } }, ["completed"]],
  [{ related: { labels: { "prefect.resource.role": [] } } }, []],
  [{ related: { id: [`${long}-related`] } }, ["long"]],
  // Any resource.
  [{ any_resource: { id: ["prefect.flow-run.1"] } }, ["running"]],
  [{ any_resource: { id: ["prefect.flow.1"] } }, flowRuns],
  [{ any_resource: { id_prefix: ["prefect.flow."] } }, flowRuns],
  [{ any_resource: { id_prefix: [longPrefix] } }, ["long"]],
  [{ any_resource: { labels: { "prefect.resource.name": ["etl", "calm-heron"] } } }, flowRuns],
  [{ any_resource: { id: ["prefect.flow.1"], labels: { "prefect.resource.role": "parent" } } }, ["completed"]],
  [{ any_resource: [{ id: ["prefect.flow.1"] }, { id: ["prefect.flow.2"] }] }, ["completed"]],
  // Ids and text.
  [{ id: { id: [EVENTS.odd.id, EVENTS.long.id.toUpperCase()] } }, ["odd", "long"]],
  [{ id: { id: ["00000000-0000-0000-0000-000000000000"] } }, []],
  [{ text: { query: "disk" } }, ["running"]],
  [{ text: { query: "100% calm-HERON" } }, flowRuns],
  [{ text: { query: "prefect -otter" } }, ["completed", "odd", "long"]],
  [{ text: { query: "+etl +full" } }, ["running"]],
  [{ text: { query: '"flow-run.Running {"' } }, ["running"]],
  // Parts are joined by "and".
  [{ event: { prefix: ["prefect."] }, related: { role: ["tag"] }, text: { query: "etl" } }, ["running"]],
  [{ event: { prefix: ["prefect."] }, related: { role: ["tag"] }, text: { query: "heron" } }, []],
];

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
  const messages = Object.values(EVENTS).map((event) => ({ workspaceId, event }));
  await storeEvents(opened.databases.events.system, messages);
});
afterAll(() => opened.close());

const nameOf = new Map(Object.entries(EVENTS).map(([name, { id }]) => [id, name]));

test.each(CASES)("%j finds the same stored and live", async (input, expected) => {
  const filter = testFilter({ order: "ASC", ...input });
  const stored = await readEvents(opened.databases.events.workspace(workspaceId), filter, { limit: 50 });
  expect(stored.map(({ id }) => nameOf.get(id))).toEqual(expected);
  expect(
    Object.values(EVENTS)
      .filter(eventMatcher(filter))
      .map(({ id }) => nameOf.get(id)),
  ).toEqual(expected);
});

test("an event is read back as it was stored", async () => {
  const stored = await readEvents(opened.databases.events.workspace(workspaceId), testFilter({ order: "ASC" }), { limit: 50 });
  expect(stored).toEqual(Object.values(EVENTS));
});

test("another workspace sees none of it", async () => {
  const other = opened.databases.events.workspace("00000000-0000-4000-8000-000000000099");
  expect(await readEvents(other, testFilter({}), { limit: 50 })).toEqual([]);
});
