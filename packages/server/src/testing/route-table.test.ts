import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, openApi } from "../services/api.ts";
import { WORKSPACE_PERMISSIONS } from "../platform/permissions.ts";
import { enterTable } from "./ledger.ts";
import { openTestServer, type TestServer } from "./server.ts";

let server: TestServer;
let api: Api;
beforeAll(async () => {
  server = await openTestServer();
  api = await openApi(server.deps);
  // That every route is called by some test is held by the whole run, which compares this page with the calls.
  enterTable(api.routes);
});
afterAll(() => server.close());

describe("the table of routes", () => {
  it("declares a permission for every route and every socket", () => {
    const known = new Set<string>([...WORKSPACE_PERMISSIONS, "anyone", "authenticated"]);
    const table = [...api.routes, ...api.sockets];
    expect(table.filter(({ permission }) => !known.has(permission)).map(({ path }) => path)).toEqual([]);
  });

  it("lets nobody in without a credential but to health, readiness and what a web interface needs to sign in", () => {
    const open = api.routes.filter(({ permission }) => permission === "anyone");
    expect(open.map(({ path }) => path)).toEqual(["/health", "/ready", "/ui-settings"]);
  });

  it("declares what every route accepts and answers", () => {
    for (const { path, params, answers } of api.routes) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(Object.keys(params ?? {}).toSorted(), path).toEqual(
        named.toSorted((one, other) => String(one).localeCompare(String(other))),
      );
      expect(Object.keys(answers).length, path).toBeGreaterThan(0);
    }
  });

  it("has each method and path once", () => {
    const rows = api.routes.map(({ method, path }) => `${method} ${path}`);
    expect(rows.filter((row, index) => rows.indexOf(row) !== index)).toEqual([]);
  });
});
