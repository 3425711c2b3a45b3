import { globSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, openApi } from "../services/api.ts";
import { WORKSPACE_PERMISSIONS } from "../platform/permissions.ts";
import { openTestServer, type TestServer } from "./server.ts";

let server: TestServer;
let api: Api;
beforeAll(async () => {
  server = await openTestServer();
  api = await openApi(server.deps);
});
afterAll(() => server.close());

const sources = new URL("../../../../", import.meta.url).pathname;
const tests = globSync(["packages/server/src/**/*.test.ts", "conformance/**/*.ts"], { cwd: sources })
  .map((path) => readFileSync(`${sources}${path}`, "utf8"))
  .join("\n");

/** Finds a call of the route in a test: its method, and its path with anything in the place of a parameter. */
function callOf(method: string, path: string): RegExp {
  const pattern = path.replace(/[.*+?^$()|[\]\\/]/g, "\\$&").replace(/\{\w+\}/g, "[^/\"'`\\s]+");
  return new RegExp(
    `${method}"[^\\n]{0,40}?["'\`](/api)?${pattern}[?"'\`]|${method.toLowerCase()}\\(["'\`](/api)?${pattern}[?"'\`]`,
  );
}

describe("the table of routes", () => {
  it("declares a permission for every route and every socket", () => {
    const known = new Set<string>([...WORKSPACE_PERMISSIONS, "anyone", "authenticated"]);
    const table = [...api.routes, ...api.sockets];
    expect(table.filter(({ permission }) => !known.has(permission)).map(({ path }) => path)).toEqual([]);
  });

  it("lets nobody in without a credential but to health and readiness", () => {
    expect(api.routes.filter(({ permission }) => permission === "anyone").map(({ path }) => path)).toEqual(["/health", "/ready"]);
  });

  it("declares what every route accepts and answers", () => {
    for (const { path, params, answers } of api.routes) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(Object.keys(params ?? {}).toSorted(), path).toEqual(named.toSorted((one, other) => String(one).localeCompare(String(other))));
      expect(Object.keys(answers).length, path).toBeGreaterThan(0);
    }
  });

  it("has each method and path once", () => {
    const rows = api.routes.map(({ method, path }) => `${method} ${path}`);
    expect(rows.filter((row, index) => rows.indexOf(row) !== index)).toEqual([]);
  });

  it("has a test that calls each route", () => {
    const untested = api.routes.filter(({ method, path }) => !callOf(method, path).test(tests));
    expect(untested.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });
});
