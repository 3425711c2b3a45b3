import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { loadSettings } from "../platform/config/index.ts";
import { reply, route } from "../platform/http/index.ts";
import { createMetrics } from "../platform/metrics.ts";
import { string } from "@praetor/wire";
import type { Api } from "./api.ts";
import { listen } from "./http.ts";
import { StartError } from "./start-error.ts";

const hello = route({
  method: "GET",
  path: "/greeting",
  permission: "authenticated",
  tag: "Root",
  summary: "Greet",
  answers: { 200: string() },
  handle: async () => reply(200, "hello"),
});

const api: Api = { routes: [hello], sockets: [], verifyCsrf: () => Promise.resolve(false) };

async function open(environment: Record<string, string>) {
  const { settings } = loadSettings({ environment: { PRAETOR_API_PORT: "0", ...environment } });
  const metrics = createMetrics();
  const listening = await listen({ settings, log: pino({ level: "silent" }), metrics }, api);
  onTestFinished(() => listening.close());
  return { ...listening, metrics };
}

test.each([
  [{}, /^http:\/\/127\.0\.0\.1:\d+\/api$/],
  [{ PRAETOR_API_HOST: "0.0.0.0" }, /^http:\/\/127\.0\.0\.1:\d+\/api$/],
  [{ PRAETOR_API_HOST: "localhost" }, /^http:\/\/localhost:\d+\/api$/],
  [{ PRAETOR_API_BASE_PATH: "/prefect/v3/" }, /^http:\/\/127\.0\.0\.1:\d+\/prefect\/v3$/],
])("with %o the address that is told reaches the API", async (environment, pattern) => {
  const { url } = await open(environment);
  expect(url).toMatch(pattern);
  expect(await (await fetch(`${url}/greeting`)).json()).toBe("hello");
});

test("a basic credential opens the API, and nothing else does", async () => {
  const { url } = await open({ PREFECT_SERVER_API_AUTH_STRING: "ada:secret" });
  const status = async (authorization?: string) =>
    (await fetch(`${url}/greeting`, authorization === undefined ? {} : { headers: { authorization } })).status;
  expect(await status()).toBe(401);
  expect(await status(`Basic ${btoa("ada:wrong")}`)).toBe(401);
  expect(await status(`Basic ${btoa("ada:secret")}`)).toBe(200);
});

test("requests are counted by route and status", async () => {
  const { url, metrics } = await open({});
  await fetch(`${url}/greeting`);
  await fetch(`${url}/nothing/of/the/kind`);
  const text = await metrics.render();
  expect(text).toMatch(/praetor_http_request_seconds_count\{route="\/greeting",status="200"\} 1/);
  expect(text).toMatch(/praetor_http_request_seconds_count\{route="unmatched",status="404"\} 1/);
});

test.each([
  ["203.0.113.1", /^203\.0\.113\.1 is no address of this machine\.$/],
  ["no.such.host.invalid", /^no\.such\.host\.invalid is no address of this machine\.$/],
])("%s cannot be listened on, and the error says so", async (host, message) => {
  await expect(open({ PRAETOR_API_HOST: host })).rejects.toThrow(StartError);
  await expect(open({ PRAETOR_API_HOST: host })).rejects.toThrow(message);
});

test("an address in use is named", async () => {
  const { url } = await open({});
  const { port } = new URL(url);
  await expect(open({ PRAETOR_API_PORT: port })).rejects.toThrow(`127.0.0.1:${port} is in use by another process.`);
});
