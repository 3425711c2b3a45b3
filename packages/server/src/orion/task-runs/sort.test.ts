import { noTaskRunPolicy } from "@praetor/wire";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID as WORKSPACE } from "../../platform/tenancy.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";

/** The hours of what each was to start, next to start, and ended at. */
const RUNS = [
  { name: "d", state: "COMPLETED", start: 1, next: null, end: 5 },
  { name: "c", state: "FAILED", start: 2, next: null, end: 7 },
  { name: "b", state: "COMPLETED", start: 3, next: null, end: 6 },
  { name: "a", state: "SCHEDULED", start: 4, next: 9, end: null },
  { name: "e", state: "SCHEDULED", start: 5, next: 8, end: null },
  { name: "f", state: null, start: 6, next: null, end: 4 },
];

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  await server.deps.databases.orion.system.compose(
    () => sql`insert into orion.task_run (workspace_id, id, name, task_key, dynamic_key, state_type, state_name, expected_start_time,
        next_scheduled_start_time, end_time, empirical_policy)
      select ${WORKSPACE}, gen_random_uuid(), name, 't', name, state, state, timestamptz '2026-01-01Z' + "start" * interval '1 hour',
        timestamptz '2026-01-01Z' + next * interval '1 hour', timestamptz '2026-01-01Z' + "end" * interval '1 hour', ${JSON.stringify(noTaskRunPolicy())}
      from json_to_recordset(${JSON.stringify(RUNS)}::json)
        as row(name text, state orion.state_type, "start" integer, next integer, "end" integer)`,
  );
});
afterAll(() => server.close());

it.each([
  { sort: "EXPECTED_START_TIME_ASC", names: "dcbaef" },
  { sort: "EXPECTED_START_TIME_DESC", names: "feabcd" },
  { sort: "NAME_ASC", names: "abcdef" },
  { sort: "NAME_DESC", names: "fedcba" },
  { sort: "END_TIME_DESC", names: "..cbdf" },
  { sort: "NEXT_SCHEDULED_START_TIME_ASC", names: "ea...." },
])("$sort gives the task runs as $names, page by page", async ({ sort, names }) => {
  const pages = [];
  for (let offset = 0; offset < 6; offset += 2)
    pages.push(await server.ask("POST", "/task_runs/filter", { sort, offset, limit: 2 }));
  const listed = pages.flatMap(({ body }) => (body as { name: string }[]).map(({ name }) => name)).join("");
  expect(listed).toMatch(new RegExp(`^${names}$`));
  expect(listed.split("").toSorted().join("")).toBe("abcdef");
});
