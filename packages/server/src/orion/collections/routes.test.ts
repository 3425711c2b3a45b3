import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestServer, type TestServer } from "../../testing/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

test("describes the process worker, with a variable for every field of its job", async () => {
  const { status, body } = await server.ask("GET", "/collections/views/aggregate-worker-metadata");
  const { prefect } = body as { prefect: { process: Record<string, unknown> } };
  const template = prefect.process["default_base_job_configuration"] as {
    job_configuration: Record<string, string>;
    variables: { properties: Record<string, unknown> };
  };
  expect(status).toBe(200);
  expect(prefect.process).toMatchObject({ type: "process", display_name: "Process" });
  const fields = Object.keys(template.job_configuration).toSorted();
  expect(fields).toEqual(Object.keys(template.variables.properties).toSorted());
  expect(template.job_configuration["env"]).toBe("{{ env }}");
});

test("knows no other view", async () => {
  expect(await server.ask("GET", "/collections/views/nonesuch")).toMatchObject({
    status: 404,
    body: { detail: "View nonesuch not found in registry" },
  });
});
