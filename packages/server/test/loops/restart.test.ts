import { formatConnectionString } from "@praetor/secrets";
import { expect, onTestFinished, test, vi } from "vitest";
import { startEmbeddedPostgres } from "../../src/platform/database/embedded/index.ts";
import { databaseNow, openDatabases } from "../../src/platform/database/index.ts";
import { migrate } from "../../src/platform/database/migrations/index.ts";
import { openTestServer } from "../../src/testing/server.ts";
import { openFolder } from "../folders.ts";
import { settle, violations, workLeft } from "./invariants.ts";
import { Replica } from "./replica.ts";
import { Work } from "./work.ts";

vi.setConfig({ testTimeout: 240_000 });

/** A PostgreSQL of the test's own, which comes back by itself, and the API over it. */
async function openServer() {
  const restarts = { count: 0 };
  const postgres = await startEmbeddedPostgres({
    dataFolder: openFolder(),
    onEvent: ({ kind }) => {
      if (kind === "restored") restarts.count += 1;
    },
  });
  onTestFinished(() => postgres.stop());
  const { connection } = postgres;
  await migrate(connection);
  const databases = openDatabases({ connection, applicationName: "praetor test" });
  const url = formatConnectionString(connection).reveal();
  const server = await openTestServer({ database: { databases, connection, url, close: () => databases.close() } });
  onTestFinished(() => server.close());
  return { postgres, server, restarts };
}

test("PostgreSQL shut down, crashed and killed under two replicas of every loop: they go on by themselves, and all work is done once", async () => {
  const { postgres, server, restarts } = await openServer();
  const { orion } = server.deps.databases;
  const begun = await databaseNow(orion);
  const work = await Work.open(server);
  await work.make();
  const replicas = [new Replica(server.databaseUrl), new Replica(server.databaseUrl)];
  await Promise.all(replicas.map((replica) => replica.live()));
  for (const [number, signal] of (["SIGINT", "SIGQUIT", "SIGKILL"] as const).entries()) {
    process.kill(postgres.pid, signal);
    await expect.poll(() => restarts.count, { timeout: 60_000 }).toBe(number + 1);
    await expect.poll(() => databaseNow(orion).catch(() => null), { timeout: 60_000 }).not.toBeNull();
    await work.make();
  }
  // They look for silent runs once a minute.
  const left = async () => ({ ...(await workLeft(orion.system, work)), silent: 0 });
  await expect.poll(left, { timeout: 90_000, interval: 100 }).toEqual({ silent: 0 });
  await Promise.all(replicas.map((replica) => replica.kill()));
  const settled = await settle(server, work);
  expect(await violations(orion.system, work, { begun, settled })).toEqual([]);
});
