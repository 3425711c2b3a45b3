import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { percentEncode } from "@praetor/secrets";
import { check, readSet } from "@praetor/secrets/sets";
import { damage, type Damaged, randomFrom } from "@praetor/secrets/testing/damage";
import { setOf, type Texts, textsOf } from "@praetor/secrets/testing/sets";
import { secretsContract } from "@praetor/topology";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { redisCommand, startInstallation, type TestInstallation } from "../../testing/installation.ts";
import { migrate, domains } from "../database/migrations/index.ts";
import { type Endpoints, examine, examineSet, findingsOf, targetsOf } from "./index.ts";

// What the other contract adds may be missing, or is a key that nobody else holds: nothing tells a wrong one from the right one.
const contract = secretsContract("seed");
const external = "external-service-secrets";

let installation: TestInstallation;
let correct: Texts;
let mail: SMTPServer;
let provider: Server;
let endpoints: Endpoints;

beforeAll(async () => {
  installation = await startInstallation({ redisLines: ["maxmemory-policy noeviction"] });
  await migrate(Object.fromEntries(domains.map((domain) => [domain, { ...installation.primary.connection, database: domain }])));
  correct = publishedPart(textsOf(readSet([join(installation.folder, "set.yaml")])));
  mail = new SMTPServer({
    allowInsecureAuth: true,
    disabledCommands: ["STARTTLS"],
    onAuth: ({ password }, _, answer) =>
      password === correct[external]?.["smtp-password"] ? answer(null, { user: "mailer" }) : answer(new Error("no")),
  });
  mail.on("error", () => {});
  await new Promise<void>((resolve) => mail.listen(0, "127.0.0.1", () => resolve()));
  provider = await startProvider();
  endpoints = endpointsOf();
});
afterAll(async () => {
  await new Promise<void>((resolve) => mail.close(resolve));
  await new Promise((resolve) => provider.close(resolve));
  await installation.remove();
});

function publishedPart(texts: Texts): Texts {
  const part: Record<string, Record<string, string>> = {};
  for (const { object, key } of contract.entries) part[object] = { ...part[object], [key]: texts[object]?.[key] ?? "" };
  return part;
}

/** A provider of sign-on that knows one client's secret and one key for its management. */
async function startProvider(): Promise<Server> {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => void (body += text));
    request.on("end", () => {
      const issuer = `http://${request.headers.host}`;
      const secret = new URLSearchParams(body).get("client_secret");
      const key = request.headers.authorization === `SSWS ${correct[external]?.["okta-api-key"]}`;
      const [status, json] = request.url?.startsWith("/api/")
        ? ([key ? 200 : 401, {}] as const)
        : request.method === "GET"
          ? ([200, { issuer, token_endpoint: `${issuer}/token` }] as const)
          : secret === correct[external]?.["okta-client-secret"]
            ? ([400, { error: "invalid_grant" }] as const)
            : ([401, { error: "invalid_client" }] as const);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function endpointsOf(): Endpoints {
  const host = "127.0.0.1";
  const redis = { host, port: installation.redis?.port ?? 0, tls: false };
  const roles = redisCommand === undefined ? contract.entries.filter((entry) => entry.kind === "redis") : [];
  const issuer = `http://${host}:${(provider.address() as AddressInfo).port}`;
  return {
    redis: Object.fromEntries(roles.map(({ role }) => [role, redis])),
    mail: { host, port: (mail.server.address() as AddressInfo).port, username: "mailer", tls: "none" },
    signOn: { okta: { issuer, clientId: "praetor", verifyTls: true } },
  };
}

/** What doctor finds of one key, tried where it leads. */
async function tried({ texts, object, key }: Damaged): Promise<boolean> {
  const own = contract.entries.filter((entry) => entry.object === object && entry.key === key);
  const { targets, findings } = targetsOf(setOf(texts), own, endpoints);
  const found = [...findings, ...findingsOf(await examine(targets))];
  return found.some((finding) => finding.severity === "error" && finding.object === object && finding.key === key);
}

test("a correct set damaged in a thousand ways is found by check, and what only shows where it leads, by doctor", async () => {
  const random = randomFrom(4_711_2026);
  const missed: unknown[] = [];
  const seen = { check: 0, doctor: 0 };
  for (let count = 0; count < 1000; ) {
    const damaged = damage(correct, contract, random, true);
    const { texts, object, key, how } = damaged;
    if (how !== "missing" && how !== "renamed" && texts[object]?.[key] === correct[object]?.[key]) continue;
    // Without a Redis nobody can try its passwords; the suite has said that it is not installed.
    if (redisCommand !== undefined && object === "redis-passwords") continue;
    count += 1;
    const found = check(setOf(texts), contract).some(
      (finding) => finding.object === object && [key, `${key}s`].includes(finding.key ?? ""),
    );
    if (found) seen.check += 1;
    else if (await tried(damaged)) seen.doctor += 1;
    else missed.push({ how, object, key });
  }
  expect(missed).toEqual([]);
  expect(seen.check + seen.doctor).toBe(1000);
  expect(seen.doctor).toBeGreaterThan(5);
}, 120_000);

const everywhere = (change: (value: string, object: string) => string): Texts =>
  Object.fromEntries(
    Object.entries(correct).map(([object, values]) => [
      object,
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value, object)])),
    ]),
  );

test.each<[what: string, change: (value: string, object: string) => string]>([
  ["the service user's password", (value) => swap(value, installation.environment["SERVICE"] ?? "", "another password")],
  ["the superuser's password", (value) => swap(value, installation.environment["SUPER"] ?? "", "another password")],
  ["the service user's name", (value) => value.replace("//prefect:", "//prefekt:")],
  ["the superuser's name", (value) => value.replace("//postgres:", "//admin:")],
  ["the port of all primaries", (value) => value.replace(`:${installation.primary.port}/`, ":1/")],
  [
    "primary and replica, the wrong way round",
    (value) => {
      const [one, other] = [`:${installation.primary.port}/`, `:${installation.standby.port}/`];
      return value.includes(one) ? value.replace(one, other) : value.replace(other, one);
    },
  ],
  [
    "the service user, who is the superuser everywhere",
    (value) => value.replace(/\/\/prefect:[^@]*@/, `//postgres:${percentEncode(installation.environment["SUPER"] ?? "")}@`),
  ],
])("%s, wrong in every key alike, is found by check or doctor", async (_, change) => {
  const set = setOf(everywhere(change));
  const errors = [...check(set, contract), ...findingsOf(await examineSet(set, { contract: "seed", endpoints }))];
  expect(errors.filter(({ severity }) => severity === "error")).not.toEqual([]);
});

/** In the strings and alone. */
const swap = (value: string, from: string, to: string): string =>
  value === from ? to : value.replace(`:${percentEncode(from)}@`, `:${percentEncode(to)}@`);

test("the set itself has nothing that is wrong", async () => {
  const set = setOf(correct);
  const found = [...check(set, contract), ...findingsOf(await examineSet(set, { contract: "seed", endpoints }))];
  expect(found.filter(({ severity }) => severity === "error")).toEqual([]);
});
