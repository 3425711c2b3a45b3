import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../database.ts";
import { systemStatement } from "../statement.ts";
import { openTestDatabase, type TestDatabase } from "../testing.ts";

const backend = systemStatement<[], { pid: number }>("pool.test.backend", "select pg_backend_pid() as pid");
const terminate = systemStatement<[pid: number], object>("pool.test.terminate", "select pg_terminate_backend($1)::text");

let given: TestDatabase;
beforeAll(async () => {
  given = await openTestDatabase();
});
afterAll(() => given.close());

test("a connection that was opened for a caller who got another meanwhile is not lost to the pool", async () => {
  const own = openDatabase({ connection: given.connection, ownConnections: 2 });
  const [released, terminated] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const pid = Promise.withResolvers<number>();
  const held = Promise.withResolvers<void>();
  const breaking = own.system.transaction(async (tx) => {
    pid.resolve((await tx.first(backend))?.pid ?? 0);
    await terminated.promise;
    for (;;) await tx.first(backend);
  });
  const holding = own.system.transaction(async (tx) => {
    await tx.first(backend);
    held.resolve();
    await released.promise;
  });
  await held.promise;
  const victim = await pid.promise;
  const waiting = own.system.transaction((tx) => tx.first(backend));
  await given.databases.orion.system.first(terminate, victim);
  terminated.resolve();
  // What broke is being replaced for whoever waits, who is served before by the one that comes back.
  await expect(breaking).rejects.toThrow();
  released.resolve();
  await Promise.all([holding, waiting]);
  const [one, two] = await Promise.all([1, 2].map(() => own.system.transaction((tx) => tx.first(backend))));
  expect([one, two].every(Boolean)).toBe(true);
  await own.close();
});
