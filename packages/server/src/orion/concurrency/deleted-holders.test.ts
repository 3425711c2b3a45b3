import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bodyOf, makeFlow, makeRun, makeTaskRun } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const ask = (method: "POST" | "DELETE", path: string, body?: object) => server.ask(method, path, body);
const byId = (id: string) => ({ id: { any_: [id] } });

/** Each way to delete a holder: what is made, and how it goes. */
const WAYS: Record<string, () => Promise<() => Promise<unknown>>> = {
  async "a flow run"() {
    const { id } = await makeRun(server);
    return () => ask("DELETE", `/flow_runs/${id}`);
  },
  async "flow runs in bulk"() {
    const { id } = await makeRun(server);
    return () => ask("POST", "/flow_runs/bulk_delete", { flow_runs: byId(id) });
  },
  async "a task run"() {
    const { id } = await makeTaskRun(server);
    return () => ask("DELETE", `/task_runs/${id}`);
  },
  async "a flow"() {
    const { flow_id } = await makeRun(server);
    return () => ask("DELETE", `/flows/${flow_id}`);
  },
  async "flows in bulk"() {
    const { flow_id } = await makeRun(server);
    return () => ask("POST", "/flows/bulk_delete", { flows: byId(flow_id) });
  },
  async "a deployment"() {
    const body = { flow_id: await makeFlow(server), name: "deployment" };
    const { id } = bodyOf<{ id: string }>(await ask("POST", "/deployments/", body));
    return () => ask("DELETE", `/deployments/${id}`);
  },
};

describe("who waits for slots is woken at once by the deletion of", () => {
  it.each(Object.entries(WAYS))("%s", async (_, make) => {
    const remove = await make();
    const heard: (readonly string[] | null)[] = [];
    const quiet = server.deps.bus.subscribe("slots", ({ limits }) => void heard.push(limits));
    await remove();
    await expect.poll(() => heard).toEqual([null]);
    quiet();
  });
});
