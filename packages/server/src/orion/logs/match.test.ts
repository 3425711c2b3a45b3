import { type Log, LogCreate, LogFilter, type Parsed, type Schema } from "@praetor/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { logMatcher } from "./match.ts";

const RUN = "11111111-1111-4111-8111-111111111111";
const OTHER = "33333333-3333-4333-8333-333333333333";
const TASK_RUN = "22222222-2222-4222-8222-222222222222";

const LINES = [
  { message: "first", level: 10, timestamp: "2026-01-01T00:00:00Z", flow_run_id: RUN, name: "one" },
  {
    message: "Second error",
    level: 20,
    timestamp: "2026-01-02T00:00:00.000001Z",
    flow_run_id: RUN,
    task_run_id: TASK_RUN,
    name: "two",
  },
  { message: "third", level: 40, timestamp: "2026-01-03T00:00:00Z", flow_run_id: OTHER, name: "error.three" },
  { message: "fourth debug", level: 50, timestamp: "2026-01-04T00:00:00Z", name: "four" },
];

function accepted<T>(schema: Schema<T>, input: unknown): T {
  const parsed: Parsed<T> = schema.parse(input);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  await server.ask("POST", "/logs/", LINES);
});
afterAll(() => server.close());

describe("a filter of logs gives the same from the database and from lines in passing", () => {
  it.each([
    { filter: {}, found: ["first", "Second error", "third", "fourth debug"] },
    { filter: { level: { ge_: 20 } }, found: ["Second error", "third", "fourth debug"] },
    { filter: { level: { ge_: 20, le_: 40 } }, found: ["Second error", "third"] },
    { filter: { level: { ge_: 10 ** 15 } }, found: [] },
    {
      filter: { timestamp: { after_: "2026-01-02T00:00:00.000001Z", before_: "2026-01-03T00:00:00Z" } },
      found: ["Second error", "third"],
    },
    { filter: { timestamp: { before_: "2026-01-02T00:00:00Z" } }, found: ["first"] },
    { filter: { flow_run_id: { any_: [RUN] } }, found: ["first", "Second error"] },
    { filter: { flow_run_id: { any_: [RUN, OTHER] } }, found: ["first", "Second error", "third"] },
    { filter: { flow_run_id: { any_: [] } }, found: [] },
    { filter: { task_run_id: { any_: [TASK_RUN] } }, found: ["Second error"] },
    { filter: { task_run_id: { is_null_: true } }, found: ["first", "third", "fourth debug"] },
    { filter: { task_run_id: { is_null_: false } }, found: ["Second error"] },
    { filter: { task_run_id: { any_: [TASK_RUN], is_null_: true } }, found: [] },
    { filter: { text: { query: "ERROR" } }, found: ["Second error", "third"] },
    { filter: { text: { query: "error -three" } }, found: ["Second error"] },
    { filter: { text: { query: "first debug" } }, found: ["first", "fourth debug"] },
    { filter: { text: { query: '"second error two"' } }, found: ["Second error"] },
    { filter: { text: { query: "" } }, found: ["first", "Second error", "third", "fourth debug"] },
    { filter: { operator: "or_", level: { le_: 10 }, flow_run_id: { any_: [OTHER] } }, found: ["first", "third"] },
    { filter: { operator: "and_", level: { le_: 20 }, task_run_id: { is_null_: true } }, found: ["first"] },
  ])("$filter", async ({ filter, found }) => {
    const matches = logMatcher(accepted(LogFilter, filter));
    const passing = LINES.filter((line) => matches(accepted(LogCreate, { task_run_id: null, flow_run_id: null, ...line })));
    expect(passing.map(({ message }) => message)).toEqual(found);
    const answer = await server.ask("POST", "/logs/filter", { logs: filter });
    expect((answer.body as Log[]).map(({ message }) => message)).toEqual(found);
  });
});
