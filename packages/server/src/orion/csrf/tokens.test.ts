import { addSeconds, type CsrfToken, type Timestamp } from "@praetor/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Clock } from "../../platform/clock.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { CsrfTokens } from "./index.ts";

class SetClock implements Clock {
  instant = "2026-11-23T06:16:41.782626Z" as Timestamp;
  now(): Timestamp {
    return this.instant;
  }
}

const CLIENT = "11111111-1111-4111-8111-111111111111";
const clock = new SetClock();

let open: TestServer;
let guarded: TestServer;
beforeAll(async () => {
  [open, guarded] = await Promise.all([
    openTestServer(),
    openTestServer({ clock, environment: { PREFECT_SERVER_CSRF_PROTECTION_ENABLED: "true" } }),
  ]);
});
afterAll(() => Promise.all([open.close(), guarded.close()]));

async function issue(client = CLIENT): Promise<CsrfToken> {
  const answer = await guarded.ask("GET", `/csrf-token?client=${client}`);
  expect(answer.status).toBe(200);
  return answer.body as CsrfToken;
}
const create = (token?: string, client?: string) =>
  guarded.ask(
    "POST",
    "/flows/",
    { name: "guarded" },
    {
      ...(token !== undefined && { "Prefect-Csrf-Token": token }),
      ...(client !== undefined && { "Prefect-Csrf-Client": client }),
    },
  );

describe("without the protection", () => {
  it("clients are told so in the words that they know", async () => {
    const answer = await open.ask("GET", `/csrf-token?client=${CLIENT}`);
    expect(answer).toMatchObject({ status: 422, body: { detail: "CSRF protection is disabled." } });
    expect((await open.ask("GET", "/csrf-token")).body).toMatchObject({ exception_message: "Invalid request received." });
  });
});

describe("a token", () => {
  it("is 64 hexadecimal digits and good for an hour", async () => {
    const { token, client, expiration } = await issue();
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect({ client, expiration }).toEqual({ client: CLIENT, expiration: "2026-11-23T07:16:41Z" });
  });

  it("lets its client change things, as often as it likes", async () => {
    const { token } = await issue();
    expect((await create(token, CLIENT)).status).toBe(201);
    expect((await create(token, CLIENT)).status).toBe(200);
  });

  it.each([
    { what: "no token", token: undefined, client: CLIENT, detail: "Missing CSRF token." },
    { what: "no client", token: "x", client: undefined, detail: "Missing client identifier." },
    { what: "another text", token: "f".repeat(64), client: CLIENT, detail: "Invalid CSRF token or client identifier." },
    { what: "no text of its form", token: "x", client: CLIENT, detail: "Invalid CSRF token or client identifier." },
  ])("is asked for: $what is refused", async ({ token, client, detail }) => {
    expect(await create(token, client)).toMatchObject({ status: 403, body: { detail } });
  });

  it("serves no other client", async () => {
    const { token } = await issue();
    expect((await create(token, `${CLIENT}0`)).status).toBe(403);
  });

  it("cannot be made to last longer", async () => {
    const { token } = await issue();
    expect((await create(`ffffffff${token.slice(8)}`, CLIENT)).status).toBe(403);
  });

  it("ends with its hour", async () => {
    const { token, expiration } = await issue();
    const before = clock.instant;
    clock.instant = addSeconds(expiration, -1);
    expect((await create(token, CLIENT)).status).toBe(200);
    clock.instant = expiration;
    expect((await create(token, CLIENT)).status).toBe(403);
    clock.instant = before;
  });

  it("of one process is good at every other", async () => {
    const { token } = await issue();
    expect(await new CsrfTokens(guarded.deps).verify(token, CLIENT)).toBe(true);
  });
});
