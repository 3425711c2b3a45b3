import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { buildApp } from "../../platform/http/index.ts";
import { DEFAULT_WORKSPACE_ID } from "../../platform/tenancy.ts";
import { openApi } from "../../services/api.ts";
import { appOptions } from "../../services/http.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";

const CLIENTS = 1000;
const SLOTS = 5;
const LIMITS = "/api/v2/concurrency_limits";

type Fate = "lives" | "dies waiting" | "dies holding";

/** Every seventh client dies while it waits, every eleventh while it holds a slot. */
const fateOf = (client: number): Fate => (client % 7 === 3 ? "dies waiting" : client % 11 === 5 ? "dies holding" : "lives");

let server: TestServer;
/** Two API processes on one database, as far as a queue of callers can tell: each has its own. */
let processes: { readonly app: FastifyInstance; readonly url: string }[];

beforeAll(async () => {
  server = await openTestServer();
  await server.ask("POST", "/v2/concurrency_limits/", { name: "five", limit: SLOTS });
  const { deps } = server;
  const listening = async () => {
    const app = buildApp((await openApi(deps)).routes, appOptions(deps, undefined));
    return { app, url: await app.listen({ host: "127.0.0.1", port: 0 }) };
  };
  processes = [await listening(), await listening()];
});
afterAll(async () => {
  await Promise.all(processes.map(({ app }) => app.close()));
  await server.close();
});

const database = <R>(text: ReturnType<typeof sql>) => server.deps.databases.orion.system.compose<R>(() => text);
const inUse = async () =>
  (await database<{ slots: number }>(sql`select active_slots::int as slots from orion.concurrency_limit_in_use`))[0]?.slots ?? -1;

/** What the clients do together, as each of them tells. */
class Race {
  readonly holders = new Set<number>();
  mostHolders = 0;
  /** As the database counts. */
  mostInUse = 0;
  served = 0;
  /** Who died while they waited. */
  readonly lost: string[] = [];
  readonly #deaths = new Map<number, AbortController[]>();

  /** Aborts when so many clients have been served. */
  deathAfter(served: number): AbortSignal {
    const controller = new AbortController();
    this.#deaths.set(served, [...(this.#deaths.get(served) ?? []), controller]);
    return controller.signal;
  }

  enter(client: number): void {
    this.holders.add(client);
    this.mostHolders = Math.max(this.mostHolders, this.holders.size);
    this.served += 1;
    for (const controller of this.#deaths.get(this.served) ?? []) controller.abort();
  }

  leave(client: number): void {
    this.holders.delete(client);
  }
}

async function ask(client: number, path: string, payload: object, signal: AbortSignal | null = null) {
  const { url } = processes[client % processes.length] ?? { url: "" };
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}${LIMITS}${path}`, { method: "POST", headers, body: JSON.stringify(payload), signal });
  return { status: answer.status, text: await answer.text() };
}

/** Asks until it has a slot; undefined when it dies before. Whoever is sent away comes again at once, to its old place. */
async function take(client: number, asked: object, signal?: AbortSignal): Promise<string | undefined> {
  for (;;) {
    const answer = await ask(client, "/increment-with-lease", asked, signal).catch((error: unknown) => {
      if (signal?.aborted) return undefined;
      throw error;
    });
    if (answer === undefined || signal?.aborted) return undefined;
    if (answer.status === 200) return (JSON.parse(answer.text) as { lease_id: string }).lease_id;
    expect(answer.status).toBe(423);
  }
}

/** Asks until it has a slot, works, and gives it back, unless it dies before. Answers whether it was served. */
async function run(client: number, race: Race): Promise<boolean> {
  const fate = fateOf(client);
  const holder = { type: "flow_run", id: crypto.randomUUID() };
  const signal = fate === "dies waiting" ? race.deathAfter(client % 300) : undefined;
  const lease_id = await take(client, { names: ["five"], slots: 1, holder }, signal);
  if (lease_id === undefined) {
    race.lost.push(holder.id);
    await outlive(sql`holder_id = ${holder.id}`);
    return false;
  }
  race.enter(client);
  expect((await ask(client, `/leases/${lease_id}/renew`, {})).status).toBe(204);
  if (race.served % 5 === 0) race.mostInUse = Math.max(race.mostInUse, await inUse());
  race.leave(client);
  if (fate === "dies holding") await outlive(sql`id = ${lease_id}`);
  else await ask(client, "/decrement-with-lease", { lease_id });
  return true;
}

/** Lets the time of a lease pass: what its holder cannot end ends so. */
async function outlive(leases: ReturnType<typeof sql>): Promise<void> {
  await database(sql`update orion.concurrency_lease set expiration = clock_timestamp() where ${leases}`);
  await server.deps.bus.publish("slots", [{ workspaceId: DEFAULT_WORKSPACE_ID, limits: null, slots: 0 }]);
}

describe("a thousand clients on a limit of five, some of which die", () => {
  it("are never more than five at once, and those who live are all served", async () => {
    const race = new Race();
    const clients = Array.from({ length: CLIENTS }, (_, client) => client);
    const served = await Promise.all(clients.map((client) => run(client, race)));
    expect(race.mostHolders).toBeLessThanOrEqual(SLOTS);
    expect(race.mostInUse).toBeLessThanOrEqual(SLOTS);
    expect(clients.filter((client) => fateOf(client) !== "dies waiting" && !served[client])).toEqual([]);
    // A slot that was on its way to a client when it died is given back, or, where that was not seen, ends with its lease.
    const inUseAfterALease = () => outlive(sql`holder_id = any(${race.lost}::uuid[])`).then(inUse);
    await expect.poll(inUseAfterALease, { timeout: 30_000 }).toBe(0);
  }, 120_000);
});
