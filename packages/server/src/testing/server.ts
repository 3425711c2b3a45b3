import type { InjectOptions } from "fastify";
import { pino } from "pino";
import { InProcessBus } from "../platform/bus/index.ts";
import type { Clock } from "../platform/clock.ts";
import { loadSettings, type Settings } from "../platform/config/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { buildApp } from "../platform/http/index.ts";
import { systemIds } from "../platform/identity.ts";
import type { Databases } from "../platform/database/index.ts";
import { createMetrics } from "../platform/metrics.ts";
import { systemRandom } from "../platform/random.ts";
import { openTestDatabase, type TestDatabase } from "../platform/database/testing.ts";
import { openApi } from "../services/api.ts";
import { appOptions } from "../services/http.ts";
import { enterCalls } from "./ledger.ts";
import { systemClock } from "./system-clock.ts";

/** An answer of the API; `body` is parsed JSON where there is any. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** The whole API over a database of its own, asked without a network. */
export interface TestServer {
  readonly deps: Dependencies;
  /** For connections of a test's own. */
  readonly databaseUrl: string;
  ask(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** As `ask`, with a body of any bytes. */
  send(options: InjectOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface TestServerOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** One that is open already, in place of a clone; it is closed with the server. */
  readonly database?: TestDatabase;
  /** Puts something between the server and its databases. */
  readonly between?: (databases: Databases) => Databases;
}

const silent = pino({ level: "silent" });

/** Settings as an installation without any configuration has them, but for `environment`. */
export function testSettings(environment: Readonly<Record<string, string>> = {}): Settings {
  return loadSettings({ environment }).settings;
}

/** Opens the API over a clone of the template database. Close it in `afterAll`. */
export async function openTestServer({
  environment,
  clock = systemClock(),
  between,
  ...given
}: TestServerOptions = {}): Promise<TestServer> {
  const database = given.database ?? (await openTestDatabase());
  const settings = testSettings(environment);
  const bus = new InProcessBus({ failed: () => {}, dropped: () => {} });
  const deps = {
    databases: between?.(database.databases) ?? database.databases,
    clock,
    ids: systemIds,
    random: systemRandom,
    log: silent,
    settings,
    bus,
    metrics: createMetrics(),
  };
  const api = await openApi(deps);
  const app = buildApp(api.routes, appOptions(deps, api.verifyCsrf));
  enterCalls(app);
  const send = async (options: InjectOptions): Promise<Answer> => {
    const { statusCode, body: text, headers } = await app.inject(options);
    return { status: statusCode, text, headers, body: isJson(headers["content-type"]) ? JSON.parse(text) : undefined };
  };
  return {
    deps,
    databaseUrl: database.url,
    send,
    ask: (method, path, body, headers = {}) =>
      send({
        method,
        url: `/api${path}`,
        headers: { "content-type": "application/json", ...headers },
        ...(body !== undefined && { payload: JSON.stringify(body) }),
      }),
    async close() {
      await app.close();
      await database.close();
    },
  };
}

const isJson = (contentType: unknown) => typeof contentType === "string" && contentType.startsWith("application/json");
