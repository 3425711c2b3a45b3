import { afterEach, expect, test } from "vitest";
import { openTestServer, type TestServer } from "../../testing/server.ts";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const narrow = {
  PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS: "https://ours.example,https://other.example",
  PREFECT_SERVER_API_CORS_ALLOWED_METHODS: "GET,POST",
  PREFECT_SERVER_API_CORS_ALLOWED_HEADERS: "X-Ours",
};

interface Asked {
  readonly origin: string;
  readonly method?: string;
  readonly headers?: string;
}

async function preflight(environment: Record<string, string>, { origin, method = "POST", headers }: Asked) {
  server = await openTestServer({ environment });
  const answer = await server.send({
    method: "OPTIONS",
    url: "/api/flows/filter",
    headers: {
      origin,
      "access-control-request-method": method,
      ...(headers === undefined ? {} : { "access-control-request-headers": headers }),
    },
  });
  return { status: answer.status, text: answer.text, headers: answer.headers };
}

test.each([
  ["any page, method and header, unless told", {}, { origin: "https://a.example", method: "PATCH", headers: "x-any" }],
  ["a page of the list", narrow, { origin: "https://other.example" }],
  ["a method of the list", narrow, { origin: "https://ours.example", method: "GET" }],
  ["a header of the list, in any case", narrow, { origin: "https://ours.example", headers: "x-ours, content-type" }],
])("a preflight allows %s", async (_, environment, asked) => {
  const answer = await preflight(environment, asked);
  expect(answer).toMatchObject({ status: 200, text: "OK" });
  expect(["*", asked.origin]).toContain(answer.headers["access-control-allow-origin"]);
});

test.each([
  ["another page", { origin: "https://theirs.example" }, "Disallowed CORS origin"],
  ["another method", { origin: "https://ours.example", method: "DELETE" }, "Disallowed CORS method"],
  ["another header", { origin: "https://ours.example", headers: "x-theirs" }, "Disallowed CORS headers"],
  ["all three", { origin: "https://theirs.example", method: "PUT", headers: "x-a" }, "Disallowed CORS origin, method, headers"],
])("a preflight refuses %s", async (_, asked, text) => {
  expect(await preflight(narrow, asked)).toMatchObject({ status: 400, text });
});
