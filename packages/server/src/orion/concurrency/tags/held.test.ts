import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sql } from "../../../platform/database/index.ts";
import { openTestServer, type TestServer } from "../../../testing/server.ts";

const RUNS = ["1", "2", "3"].map((digit) => "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replaceAll("x", digit));

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
beforeEach(() =>
  server.deps.databases.orion.system.compose(() => sql`truncate orion.concurrency_limit, orion.concurrency_lease cascade`),
);
afterAll(() => server.close());

const post = (path: string, body: object) => server.ask("POST", `/concurrency_limits${path}`, body);
const take = (names: string[], run = 0) => post("/increment", { names, task_run_id: RUNS[run] });
const giveBack = (names: string[], run = 0) => post("/decrement", { names, task_run_id: RUNS[run] });
const holders = async (tag: string) =>
  ((await server.ask("GET", `/concurrency_limits/tag/${tag}`)).body as { active_slots: string[] }).active_slots;

describe("task runs that find their tag full", () => {
  it("are held, and have the slots that come free in the order in which they came", async () => {
    await post("/", { tag: "x", concurrency_limit: 1 });
    await take(["x"]);
    const order: number[] = [];
    const waiting = [1, 2].map(async (run) => {
      const { status } = await take(["x"], run);
      order.push(run);
      return status;
    });
    expect(await holders("x")).toEqual([RUNS[0]]);
    for (const run of [0, 1]) {
      await giveBack(["x"], run);
      expect(await waiting[run]).toBe(200);
      expect(await holders("x")).toEqual([RUNS[run + 1]]);
    }
    expect(order).toEqual([1, 2]);
  });

  it("share the line with those who ask for a lease", async () => {
    await post("/", { tag: "x", concurrency_limit: 1 });
    const lease = { names: ["tag:x"], slots: 1 };
    const held = (await server.ask("POST", "/v2/concurrency_limits/increment-with-lease", lease)).body as { lease_id: string };
    const waiting = take(["x"], 1);
    expect(await holders("x")).toEqual([]);
    await server.ask("POST", "/v2/concurrency_limits/decrement-with-lease", { lease_id: held.lease_id });
    expect((await waiting).status).toBe(200);
    expect(await holders("x")).toEqual([RUNS[1]]);
  });

  it("are not held for a tag that lets nobody in", async () => {
    await post("/", { tag: "never", concurrency_limit: 0 });
    expect(await take(["never"])).toMatchObject({ status: 423, body: { detail: expect.stringContaining("will deadlock") } });
  });
});
