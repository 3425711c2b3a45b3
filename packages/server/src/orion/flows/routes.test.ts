import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../../testing/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const missing = "00000000-0000-4000-8000-00000000dead";

async function makeFlow(name: string, rest: object = {}): Promise<{ id: string; name: string }> {
  const { body } = await server.ask("POST", "/flows/", { name, ...rest });
  return body as { id: string; name: string };
}

describe("flows", () => {
  it("makes a flow once and answers the same one ever after, unchanged", async () => {
    const first = await server.ask("POST", "/flows/", { name: "once", tags: ["a"], labels: { weight: 1.5 } });
    const second = await server.ask("POST", "/flows/", { name: "once", tags: ["b"] });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toEqual(first.body);
    expect(first.body).toMatchObject({ name: "once", tags: ["a"], labels: { weight: 1.5 } });
  });

  it("gives callers who make one name at once one flow", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => server.ask("POST", "/flows/", { name: "contested" })));
    expect(new Set(answers.map(({ body }) => (body as { id: string }).id)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  it("reads a flow by id and by name, whatever the spelling of the id", async () => {
    const flow = await makeFlow("read me");
    for (const path of [
      `/flows/${flow.id}`,
      `/flows/${flow.id.toUpperCase()}`,
      `/flows/${flow.id.replaceAll("-", "")}`,
      "/flows/name/read%20me",
    ]) {
      expect(await server.ask("GET", path)).toMatchObject({ status: 200, body: { id: flow.id } });
    }
  });

  it("changes tags", async () => {
    const flow = await makeFlow("tagged");
    expect(await server.ask("PATCH", `/flows/${flow.id}`, { tags: ["x"] })).toMatchObject({ status: 204, text: "" });
    expect(await server.ask("GET", `/flows/${flow.id}`)).toMatchObject({ body: { tags: ["x"] } });
  });

  it("deletes a flow with its runs", async () => {
    const flow = await makeFlow("doomed");
    const run = await server.ask("POST", "/flow_runs/", { flow_id: flow.id });
    expect(await server.ask("DELETE", `/flows/${flow.id}`)).toMatchObject({ status: 204 });
    expect(await server.ask("GET", `/flows/${flow.id}`)).toMatchObject({ status: 404, body: { detail: "Flow not found" } });
    expect(await server.ask("GET", `/flow_runs/${(run.body as { id: string }).id}`)).toMatchObject({ status: 404 });
  });

  it.each([
    ["GET", `/flows/${missing}`, undefined],
    ["GET", "/flows/name/nobody", undefined],
    ["PATCH", `/flows/${missing}`, { tags: [] }],
    ["DELETE", `/flows/${missing}`, undefined],
  ] as const)("answers 404 to %s %s", async (method, path, body) => {
    expect(await server.ask(method, path, body)).toMatchObject({ status: 404, body: { detail: "Flow not found" } });
  });

  it.each([
    ["a name with a slash", { name: "a/b" }, "string_pattern_mismatch"],
    ["an unknown key", { name: "ok", nope: 1 }, "extra_forbidden"],
    ["no name", {}, "missing"],
  ])("refuses %s", async (_, body, type) => {
    const answer = await server.ask("POST", "/flows/", body);
    expect(answer).toMatchObject({ status: 422, body: { exception_message: "Invalid request received.", request_body: body } });
    expect((answer.body as { exception_detail: { type: string }[] }).exception_detail[0]?.type).toBe(type);
  });
});

describe("lists of flows", () => {
  it("filters, sorts, counts and pages", async () => {
    for (const name of ["list-b", "list-a", "list-c"]) await makeFlow(name, { tags: ["listed"] });
    const flows = { tags: { all_: ["listed"] } };
    const names = (answer: { body: unknown }) => (answer.body as { name: string }[]).map(({ name }) => name);
    expect(names(await server.ask("POST", "/flows/filter", { flows }))).toEqual(["list-a", "list-b", "list-c"]);
    expect(names(await server.ask("POST", "/flows/filter", { flows, sort: "NAME_DESC", limit: 1, offset: 1 }))).toEqual([
      "list-b",
    ]);
    expect(await server.ask("POST", "/flows/count", { flows })).toMatchObject({ body: 3 });
    const page = await server.ask("POST", "/flows/paginate", { flows, limit: 2, page: 2 });
    expect(page.body).toMatchObject({ count: 3, limit: 2, pages: 2, page: 2, results: [{ name: "list-c" }] });
  });

  it("takes no body as no filter", async () => {
    expect((await server.ask("POST", "/flows/filter")).status).toBe(200);
  });

  it.each([
    [201, "Invalid limit: must be less than or equal to 200."],
    [-1, "Invalid limit: must be greater than or equal to 0."],
  ])("refuses a limit of %d", async (limit, detail) => {
    expect(await server.ask("POST", "/flows/filter", { limit })).toMatchObject({ status: 422, body: { detail } });
  });

  it("reaches flows through their runs", async () => {
    const flow = await makeFlow("with a run");
    await server.ask("POST", "/flow_runs/", { flow_id: flow.id, name: "the-run" });
    const found = await server.ask("POST", "/flows/filter", { flow_runs: { name: { any_: ["the-run"] } } });
    expect(found.body).toMatchObject([{ id: flow.id }]);
  });

  it("deletes the flows that match", async () => {
    const doomed = [await makeFlow("bulk-1"), await makeFlow("bulk-2")];
    const answer = await server.ask("POST", "/flows/bulk_delete", { flows: { name: { like_: "bulk-" } } });
    expect(answer.body).toEqual({ deleted: doomed.map(({ id }) => id) });
    expect(await server.ask("POST", "/flows/count", { flows: { name: { like_: "bulk-" } } })).toMatchObject({ body: 0 });
  });
});
