import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Secret } from "@praetor/secrets";
import { afterEach, beforeEach, expect, test } from "vitest";
import { examineManagement, examineSignOn } from "./sign-on.ts";
import type { SignOnTarget } from "./targets.ts";

let server: Server;
let origin: string;
/** What the provider says that it is called, when it is not its address. */
let issuer: string | undefined;
/** How it answers a client whose secret is right. */
let answer: { status: number; error: string };

beforeEach(async () => {
  issuer = undefined;
  answer = { status: 400, error: "invalid_grant" };
  server = createServer((request, response) => {
    const respond = async () => {
      const { status, json } = handle(request, new URLSearchParams(await textOf(request)));
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
    };
    void respond();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function handle({ url, headers }: IncomingMessage, body: URLSearchParams): { status: number; json: object } {
  if (url === "/oauth2/default/.well-known/openid-configuration") {
    return { status: 200, json: { issuer: issuer ?? `${origin}/oauth2/default`, token_endpoint: `${origin}/token` } };
  }
  if (url === "/token") {
    const known = body.get("client_id") === "praetor" && body.get("client_secret") === "c4nary";
    return known ? { status: answer.status, json: { error: answer.error } } : { status: 401, json: { error: "invalid_client" } };
  }
  if (url === "/api/v1/users/me") return { status: headers.authorization === "SSWS k3y" ? 200 : 401, json: {} };
  return { status: 404, json: {} };
}

const target = (more: Partial<SignOnTarget> = {}): SignOnTarget => ({
  object: "external-service-secrets",
  key: "okta-client-secret",
  party: "okta",
  issuer: `${origin}/oauth2/default`,
  clientId: "praetor",
  clientSecret: Secret.of("c4nary"),
  verifyTls: true,
  ...more,
});

test.each<[what: string, more: () => Partial<SignOnTarget>, expected: string[]]>([
  ["the right client", () => ({}), []],
  ["the right client, its issuer written with a slash", () => ({ issuer: `${origin}/oauth2/default/` }), []],
  ["another secret", () => ({ clientSecret: Secret.of("other") }), ["error sign_on_client_refused"]],
  ["a client that nobody knows", () => ({ clientId: "other" }), ["error sign_on_client_refused"]],
  ["an address without a discovery document", () => ({ issuer: origin }), ["error sign_on_discovery_wrong"]],
  ["an address where nobody is", () => ({ issuer: "http://127.0.0.1:1" }), ["error sign_on_unreachable"]],
  ["certificates that nobody verifies", () => ({ verifyTls: false }), ["warning sign_on_unverified"]],
])("%s", async (_, more, expected) => {
  const findings = await examineSignOn(target(more()));
  expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(expected);
  expect(JSON.stringify(findings)).not.toContain("c4nary");
});

test("an issuer that calls itself otherwise is found, for Okta, whose tokens would be refused", async () => {
  issuer = "https://other.example";
  expect(await examineSignOn(target())).toMatchObject([{ code: "sign_on_issuer_differs" }]);
  expect(await examineSignOn(target({ party: "adfs" }))).toEqual([]);
});

test("an answer that says neither yes nor no is told as that", async () => {
  answer = { status: 503, error: "temporarily_unavailable" };
  expect(await examineSignOn(target())).toMatchObject([{ severity: "warning", code: "sign_on_unclear" }]);
});

test.each([
  ["k3y", []],
  ["other", ["management_key_refused"]],
])("the key %s for Okta's management API", async (apiKey, expected) => {
  const findings = await examineManagement({
    object: "external-service-secrets",
    key: "okta-api-key",
    origin,
    apiKey: Secret.of(apiKey),
  });
  expect(findings.map(({ code }) => code)).toEqual(expected);
});
