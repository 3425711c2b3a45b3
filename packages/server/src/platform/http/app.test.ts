import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../../testing/server.ts";

const id = "3ff277f4-5f89-4bff-b501-6efaf8f8263f";

describe("the edge of the API", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server.close());

  it.each([
    [() => server.ask("GET", "/health"), "true"],
    [() => server.ask("GET", "/ready"), '{"message":"OK"}'],
    [() => server.ask("GET", "/hello"), '"👋"'],
    [() => server.ask("GET", "/version"), '"0.8.4"'],
  ])("answers %s with %s", async (ask, text) => {
    expect(await ask()).toMatchObject({ status: 200, text });
  });

  it("describes itself", async () => {
    const { status, body } = await server.ask("GET", "/openapi.json");
    expect(status).toBe(200);
    expect(body).toMatchObject({ openapi: "3.1.0", paths: { "/flow_runs/{id}/set_state": { post: {} } } });
  });

  it.each([
    ["an absent version", undefined, 200],
    ["the oldest version it knows", "0.8.0", 200],
    ["a version from the future", "1.0.0", 200],
    ["an older version", "0.7.9", 400],
    ["no version at all", "abc", 400],
  ])("answers %s with its status", async (_, version, status) => {
    const headers = version === undefined ? {} : { "x-prefect-api-version": version };
    expect((await server.ask("POST", "/flows/filter", {}, headers)).status).toBe(status);
  });

  it("names the versions in a refusal", async () => {
    const answer = await server.ask("POST", "/flows/filter", {}, { "x-prefect-api-version": "0.7.9" });
    const detail = "The request specified API version 0.7.9 but this server requires version 0.8.0 or higher.";
    expect(answer).toMatchObject({ body: { detail }, headers: { "x-praetor-error": "api_version_too_old" } });
  });

  it.each([
    ["an unknown path", "GET", "/nothing", 404, { detail: "Not Found" }],
    ["an id that is no UUID", "GET", "/flows/not-a-uuid", 404, { detail: "Not Found" }],
    ["another method", "PUT", "/flows/filter", 405, { detail: "Method Not Allowed" }],
    ["a parameter that is empty", "PATCH", "/v2/concurrency_limits/", 405, { detail: "Method Not Allowed" }],
  ] as const)("refuses %s", async (_, method, path, status, body) => {
    expect(await server.ask(method, path)).toMatchObject({ status, body });
  });

  it("refuses a method that no route has", async () => {
    const answer = await server.send({ method: "QUERY", url: "/api/flows/filter" });
    expect(answer).toMatchObject({ status: 405, headers: { allow: "POST" } });
  });

  it("says which methods a path has", async () => {
    const { headers } = await server.ask("PUT", `/flows/${id}`);
    expect(String(headers["allow"]).split(", ").toSorted()).toEqual(["DELETE", "GET", "PATCH"]);
  });

  it.each([
    ["/flows", "/flows/"],
    ["/flows/filter/", "/flows/filter"],
  ])("sends %s to %s as the caller sees it", async (path, other) => {
    const headers = { host: "praetor.example:8443", "x-forwarded-proto": "https" };
    const answer = await server.ask("POST", `${path}?a=1`, {}, headers);
    expect(answer).toMatchObject({ status: 307, headers: { location: `https://praetor.example:8443/api${other}?a=1` } });
  });

  it("serves a workspace by its own path, and only that one", async () => {
    const path = "/accounts/00000000-0000-4000-8000-000000000001/workspaces/00000000-0000-4000-8000-000000000002";
    expect((await server.ask("POST", `${path}/flows/filter`, {})).status).toBe(200);
    expect((await server.ask("POST", `${path.replace(/2$/, "3")}/flows/filter`, {})).status).toBe(404);
  });

  it("takes a body without a content type as JSON", async () => {
    const answer = await server.send({ method: "POST", url: "/api/flows/", payload: Buffer.from('{"name":"untyped"}') });
    expect(answer.status).toBe(201);
  });

  it.each([
    ["text that is no JSON", Buffer.from('{"name":'), 422, "json_invalid"],
    ["bytes that are no UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), 400, "There was an error parsing the body"],
    ["a NUL character in a name", Buffer.from('{"name":"a\\u0000b"}'), 422, ""],
    ["half a surrogate pair", Buffer.from('{"name":"a\\ud800b"}'), 422, ""],
    ["a list for an object", Buffer.from("[]"), 422, "model_attributes_type"],
    ["no body", undefined, 422, "missing"],
  ])("refuses %s", async (_, payload, status, says) => {
    const headers = { "content-type": "application/json" };
    const answer = await server.send({ method: "POST", url: "/api/flows/", headers, ...(payload && { payload }) });
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(says);
  });

  it.each([
    ["nesting a hundred thousand deep", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    ["objects nested as deep", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
    ["a list of a hundred thousand", `{"flow_runs":{"id":{"any_":[${'"x",'.repeat(100_000)}"x"]}}}`],
    ["a thousand unknown keys", `{${Array.from({ length: 1000 }, (_, index) => `"k${index}":1`).join(",")}}`],
  ])("answers %s without breaking", async (_, payload) => {
    const headers = { "content-type": "application/json" };
    const answer = await server.send({ method: "POST", url: "/api/flow_runs/filter", headers, payload });
    expect(answer.status).toBeLessThan(500);
  });

  it("refuses a body beyond the limit before reading it", async () => {
    const payload = Buffer.alloc(17 * 1024 * 1024, "x");
    const answer = await server.send({ method: "POST", url: "/api/flows/", payload });
    expect(answer).toMatchObject({ status: 413, headers: { "x-praetor-error": "body_too_large" } });
  });

  it("answers a browser's preflight by itself", async () => {
    const headers = {
      origin: "http://ui.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "x-a, x-b",
    };
    const answer = await server.send({ method: "OPTIONS", url: "/api/flows/", headers });
    expect(answer).toMatchObject({
      status: 200,
      text: "OK",
      headers: {
        "access-control-allow-origin": "*",
        "access-control-allow-headers": "x-a, x-b",
        "access-control-max-age": "600",
      },
    });
  });
});

describe("basic authentication", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await openTestServer({ environment: { PREFECT_SERVER_API_AUTH_STRING: "admin:päss:word" } });
  });
  afterAll(() => server.close());

  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });

  it.each([
    ["nothing", {}, 401],
    ["a wrong password", basic("admin:other"), 401],
    ["the password as a bearer token", { authorization: "Bearer admin:päss:word" }, 401],
    ["the password", basic("admin:päss:word"), 200],
  ])("answers %s with its status", async (_, headers, status) => {
    expect((await server.ask("POST", "/flows/filter", {}, headers)).status).toBe(status);
  });

  it("guards paths that do not exist, and leaves health and readiness open", async () => {
    expect(await server.ask("GET", "/nothing")).toMatchObject({ status: 401, body: { exception_message: "Unauthorized" } });
    expect((await server.ask("GET", "/health")).status).toBe(200);
    expect((await server.ask("GET", "/ready")).status).toBe(200);
    expect((await server.ask("GET", "/version")).status).toBe(401);
  });
});
