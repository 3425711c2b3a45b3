import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { databaseNow, sql } from "../../src/platform/database/index.ts";
import { openTestServer, type TestServer } from "../../src/testing/server.ts";
import type { HostOrders } from "./host.ts";
import { settle, violations, workLeft } from "./invariants.ts";
import { Replica } from "./replica.ts";
import { Work } from "./work.ts";

vi.setConfig({ testTimeout: 240_000 });

/** What a takeover may take. */
const TAKEOVER_SECONDS = 10;

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const ask = <R extends object>(build: Parameters<typeof server.deps.databases.orion.system.compose>[0]) =>
  server.deps.databases.orion.system.compose<R>(build);

/** How many sessions of replicas are silent inside a transaction in which they have locked or written rows. */
async function silentHolders(): Promise<number> {
  const sessions = await ask(
    () => sql`select from pg_stat_activity
      where datname = current_database() and state = 'idle in transaction' and backend_xid is not null`,
  );
  return sessions.length;
}

/** Whether the process was stopped, and not only interrupted between two statements. */
const stopped = ({ child: { pid } }: Replica) => readFileSync(`/proc/${pid}/stat`, "utf8").includes(") T ");

/** A replica that stops, with its connections, before a statement of a loop that has locked rows with the one before. */
async function hang(victim: NonNullable<HostOrders["victim"]>, statements: number): Promise<Replica> {
  const replica = new Replica(server.databaseUrl);
  void replica.run({ victim, statements, milliseconds: 0, longest: 600_000, signal: "SIGSTOP", clockOff: 0, clockJump: 0 });
  // Other loops of the process may be in a transaction as well.
  await expect.poll(async () => stopped(replica) && (await silentHolders()) > 0, { timeout: 60_000, interval: 50 }).toBe(true);
  return replica;
}

test("what replicas that hang have locked is free in less than ten seconds, others do their work, and they go on when they wake", async () => {
  const { orion } = server.deps.databases;
  const limits = await ask<{ seconds: number }>(
    () => sql`select setting::int / 1000 as seconds from pg_settings where name = 'idle_in_transaction_session_timeout'`,
  );
  expect(limits[0]?.seconds).toBeGreaterThan(0);
  expect(limits[0]?.seconds).toBeLessThan(TAKEOVER_SECONDS);

  const begun = await databaseNow(orion);
  const work = await Work.open(server);
  await work.make();
  // As if its first run had been made, so that it is no business of the loop for new deployments.
  await ask(() => sql`update orion.deployment_schedule set due = created, scheduled_until = created`);
  const first = await hang("scheduler", 3);
  await expect.poll(silentHolders, { timeout: 60_000, interval: 50 }).toBe(0);
  await work.make();
  const hanging = [first, await hang("outbox-relay", 2)];
  const settled = await settle(server, work);
  expect(await violations(orion.system, work, { begun, settled })).toEqual([]);

  for (const replica of hanging) replica.child.kill("SIGCONT");
  await work.make();
  // They look for silent runs once a minute, and not in this one.
  const left = async () => ({ ...(await workLeft(orion.system, work)), silent: 0 });
  await expect.poll(left, { timeout: 90_000, interval: 100 }).toEqual({ silent: 0 });
});
