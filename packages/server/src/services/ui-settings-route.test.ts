import { expect, test } from "vitest";
import { openTestServer } from "../testing/server.ts";

const PLAIN = {
  api_url: "http://localhost:80/api",
  csrf_enabled: false,
  auth: null,
  flags: [],
  default_ui: "v2",
  available_uis: [],
  v1_base_url: null,
  v2_base_url: null,
};

test.each([
  ["of nothing special", {}, {}, {}],
  ["of a credential, without asking for it", { PRAETOR_API_AUTH_STRING: "admin:secret" }, {}, { auth: "BASIC" }],
  ["of CSRF protection", { PRAETOR_API_CSRF_PROTECTION_ENABLED: "true" }, {}, { csrf_enabled: true }],
  ["of an API that was moved", { PRAETOR_API_BASE_PATH: "/elsewhere" }, {}, { api_url: "http://localhost:80/elsewhere" }],
  [
    "of the address that a proxy has",
    {},
    { "x-forwarded-host": "prefect.example.com", "x-forwarded-proto": "https" },
    { api_url: "https://prefect.example.com/api" },
  ],
])("a web interface is told %s", async (_, environment, headers, told) => {
  const server = await openTestServer({ environment });
  try {
    const answer = await server.send({ method: "GET", url: "/ui-settings", headers });
    expect(answer).toMatchObject({ status: 200, body: { ...PLAIN, ...told } });
    expect((await server.send({ method: "GET", url: "/api/ui-settings" })).status).not.toBe(200);
  } finally {
    await server.close();
  }
});
