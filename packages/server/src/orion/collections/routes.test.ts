import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { openTestServer, type TestServer } from "../../testing/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

interface Kind {
  readonly type: string;
  readonly default_base_job_configuration: {
    readonly job_configuration: Record<string, unknown>;
    readonly variables: { readonly properties: Record<string, unknown> };
  };
}

async function kinds(): Promise<Kind[]> {
  const { status, body } = await server.ask("GET", "/collections/views/aggregate-worker-metadata");
  expect(status).toBe(200);
  return Object.values(body as Record<string, Record<string, Kind>>).flatMap((types) => Object.values(types));
}

describe("the kinds of workers", () => {
  it("are those that the original has", async () => {
    expect((await kinds()).map(({ type }) => type).toSorted()).toEqual([
      "azure-container-instance",
      "cloud-run",
      "cloud-run-v2",
      "docker",
      "ecs",
      "kubernetes",
      "process",
      "vertex-ai",
    ]);
  });

  it("have a base job template each that a pool can be made with", async () => {
    for (const { type, default_base_job_configuration } of await kinds()) {
      const made = await server.ask("POST", "/work_pools/", {
        name: `pool-${type}`,
        type,
        base_job_template: default_base_job_configuration,
      });
      expect(made.status, made.text).toBe(201);
    }
  });

  it("have a variable for everything that a job is made of, and use every variable", async () => {
    for (const { default_base_job_configuration: template } of await kinds()) {
      const used = [...JSON.stringify(template.job_configuration).matchAll(/\{\{ (\w+) \}\}/g)].map(([, name = ""]) => name);
      expect([...new Set(used)].toSorted()).toEqual(Object.keys(template.variables.properties).toSorted());
    }
  });
});

test("knows no other view", async () => {
  expect(await server.ask("GET", "/collections/views/nonesuch")).toMatchObject({
    status: 404,
    body: { detail: "View nonesuch not found in registry" },
  });
});
