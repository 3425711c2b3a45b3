import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sql } from "../../../platform/database/index.ts";
import { openTestServer, type TestServer } from "../../../testing/server.ts";

const [ONE, TWO, THREE] = ["1", "2", "3"].map((digit) => "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replaceAll("x", digit)) as [
  string,
  string,
  string,
];
const UNKNOWN = "99999999-9999-4999-8999-999999999999";

let server: TestServer;
beforeAll(async () => {
  // Whoever finds no slot is not held here, so that what is said to those who are sent away can be seen.
  server = await openTestServer({ environment: { PRAETOR_CONCURRENCY_SLOT_HOLD_SECONDS: "0" } });
});
beforeEach(() =>
  server.deps.databases.orion.system.compose(() => sql`truncate orion.concurrency_limit, orion.concurrency_lease cascade`),
);
afterAll(() => server.close());

const post = (path: string, body?: object) => server.ask("POST", `/concurrency_limits${path}`, body);
const make = async (tag: string, limit: number) =>
  (await post("/", { tag, concurrency_limit: limit })).body as { id: string; active_slots: string[] };
const take = (names: string[], taskRunId: string) => post("/increment", { names, task_run_id: taskRunId });
const giveBack = (names: string[], taskRunId: string) => post("/decrement", { names, task_run_id: taskRunId });
const holders = async (tag: string) =>
  ((await server.ask("GET", `/concurrency_limits/tag/${tag}`)).body as { active_slots: string[] }).active_slots;

describe("the limit of a tag", () => {
  it("is set, and set again", async () => {
    expect(await post("/", { tag: "x", concurrency_limit: 1 })).toMatchObject({
      status: 201,
      body: { tag: "x", concurrency_limit: 1, active_slots: [] },
    });
    expect(await post("/", { tag: "x", concurrency_limit: 2 })).toMatchObject({
      status: 200,
      body: { tag: "x", concurrency_limit: 2 },
    });
  });

  it("is the global limit of a name made from it", async () => {
    const { id } = await make("x", 3);
    expect((await server.ask("GET", "/v2/concurrency_limits/tag:x")).body).toMatchObject({ id, name: "tag:x", limit: 3 });
  });

  it("is read and deleted by id and by tag", async () => {
    for (const path of [(await make("x", 1)).id, "tag/x"]) {
      await make("x", 1);
      expect(await server.ask("GET", `/concurrency_limits/${path}`)).toMatchObject({ status: 200, body: { tag: "x" } });
      expect(await server.ask("DELETE", `/concurrency_limits/${path}`)).toMatchObject({ status: 200, body: null });
      for (const method of ["GET", "DELETE"] as const) {
        const answer = await server.ask(method, `/concurrency_limits/${path}`);
        expect(answer).toMatchObject({ status: 404, body: { detail: "Concurrency limit not found" } });
      }
    }
  });

  it("is no other global limit", async () => {
    const { id } = (await server.ask("POST", "/v2/concurrency_limits/", { name: "plain", limit: 1 })).body as { id: string };
    for (const method of ["GET", "DELETE"] as const)
      expect((await server.ask(method, `/concurrency_limits/${id}`)).status).toBe(404);
    expect((await post("/filter", {})).body).toEqual([]);
  });

  it("is listed by tag", async () => {
    await make("b", 1);
    await make("a", 1);
    const tags = async (body?: object) => ((await post("/filter", body)).body as { tag: string }[]).map(({ tag }) => tag);
    expect(await tags()).toEqual(["a", "b"]);
    expect(await tags({ limit: 1, offset: 1 })).toEqual(["b"]);
  });

  it("has no tag that a path could not carry", async () => {
    expect((await post("/", { tag: "a/b", concurrency_limit: 1 })).status).toBe(422);
  });
});

describe("a task run", () => {
  it("takes a slot of each of its tags and gives them back", async () => {
    const [x, y] = [await make("x", 1), await make("y", 5)];
    expect((await take(["x", "y", "free"], ONE)).body).toEqual([
      { id: x.id, name: "x", limit: 1 },
      { id: y.id, name: "y", limit: 5 },
    ]);
    expect([await holders("x"), await holders("y")]).toEqual([[ONE], [ONE]]);
    expect((await giveBack(["x", "free"], ONE)).body).toEqual([{ id: x.id, name: "tag:x", limit: 1 }]);
    expect([await holders("x"), await holders("y")]).toEqual([[], []]);
  });

  it("holds one slot however often it asks, and frees one however often it gives back", async () => {
    await make("x", 2);
    await take(["x"], ONE);
    await take(["x"], ONE);
    expect(await holders("x")).toEqual([ONE]);
    await take(["x"], TWO);
    await giveBack(["x"], ONE);
    await giveBack(["x"], ONE);
    expect(await holders("x")).toEqual([TWO]);
  });

  it("takes nothing when a tag has no slot left", async () => {
    await make("x", 1);
    await make("y", 1);
    await take(["x"], ONE);
    const answer = await take(["y", "x"], TWO);
    expect(answer).toMatchObject({ status: 423, body: { detail: "Concurrency limit for the y tag has been reached" } });
    expect(answer.headers["retry-after"]).toBe("10.0");
    expect(await holders("y")).toEqual([]);
  });

  it("is told of a tag that would never let it in, active or not", async () => {
    await make("x", 1);
    await make("never", 0);
    await server.ask("PATCH", "/v2/concurrency_limits/tag:never", { active: false });
    const answer = await take(["x", "never"], ONE);
    expect(answer).toMatchObject({
      status: 423,
      body: { detail: 'The concurrency limit on tag "never" is 0 and will deadlock if the task tries to run again.' },
    });
    expect(answer.headers).not.toHaveProperty("retry-after");
    expect(await holders("x")).toEqual([]);
  });

  it("shares its tag's slots with the leases of newer clients", async () => {
    await make("x", 1);
    await server.ask("POST", "/v2/concurrency_limits/increment-with-lease", {
      names: ["tag:x"],
      slots: 1,
      holder: { type: "task_run", id: TWO },
    });
    expect(await holders("x")).toEqual([TWO]);
    expect((await take(["x"], ONE)).status).toBe(423);
  });
});

describe("a reset", () => {
  it("leaves the slots to the given task runs", async () => {
    await make("x", 1);
    await take(["x"], ONE);
    expect(await post("/tag/x/reset", { slot_override: [TWO, THREE] })).toMatchObject({ status: 200, body: null });
    expect(await holders("x")).toEqual([TWO, THREE]);
    await post("/tag/x/reset");
    expect(await holders("x")).toEqual([]);
    expect((await take(["x"], ONE)).status).toBe(200);
  });

  it("of an unknown tag is not found", async () => {
    expect((await post("/tag/unknown/reset", { slot_override: [UNKNOWN] })).status).toBe(404);
  });
});
