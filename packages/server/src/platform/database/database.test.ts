import { parseConnectionString } from "@praetor/secrets";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type DatabaseOptions, openDatabase } from "./database.ts";
import type { Database } from "./executor.ts";
import { DatabaseUnavailable, IntegrityViolation } from "./failures.ts";
import { Fragment, sql } from "./sql.ts";
import { systemStatement, workspaceStatement } from "./statement.ts";
import { openTestDatabase, type TestDatabase } from "./testing.ts";
import { TransactionAborted } from "./transaction.ts";

const here = "00000000-0000-4000-8000-00000000000a";
const elsewhere = "00000000-0000-4000-8000-00000000000b";

interface Row {
  readonly id: number;
  readonly name: string;
}

const insert = workspaceStatement<[id: number, name: string], Row>(
  "database.test.insert",
  "insert into thing (workspace_id, id, name) values ($1, $2, $3) returning id, name",
);
const list = workspaceStatement<[], Row>("database.test.list", "select id, name from thing where workspace_id = $1 order by id");
const everything = workspaceStatement<[], Row>("database.test.star", "select * from thing where workspace_id = $1 order by id");
const countAll = systemStatement<[], { count: number }>("database.test.count", "select count(*) as count from thing");
const session = systemStatement<[], { pid: number; role: string | null }>(
  "database.test.session",
  "select pg_backend_pid() as pid, current_setting('praetor.role', true) as role",
  { access: "replica" },
);
const waitForLock = systemStatement<[key: number], object>("database.test.wait", "select pg_advisory_lock($1)::text", {
  alone: true,
});
const takeLock = systemStatement<[key: number], object>("database.test.take", "select pg_advisory_xact_lock($1)::text");
const slow = systemStatement<[], object>("database.test.slow", "select pg_sleep(60)::text");
const lockRow = systemStatement<[id: number], object>("database.test.lock", "select id from thing where id = $1 for update");

let given: TestDatabase;
let database: Database;
async function run(text: Fragment): Promise<void> {
  await database.system.compose(() => text);
}

beforeAll(async () => {
  given = await openTestDatabase();
  database = given.databases.orion;
  await run(sql`create table thing (
    workspace_id uuid not null, id integer primary key, name text not null unique, size integer check (size > 0),
    parent integer references thing)`);
});
afterAll(() => given.close({ deadlocks: 1 }));

/** The things of a name: the name comes before the workspace, whose parameter is first nevertheless. */
const named = (workspace: string, name: string) =>
  database
    .workspace(workspace)
    .compose<Row>((workspaceId) => sql`select id from thing where name = ${name} and workspace_id = ${workspaceId}`);

/** The same server, known to the session as this role. */
const as = (role: string) => ({ ...given.connection, parameters: { options: `-c praetor.role=${role}` } });

/** A database of its own on the same server, closed afterwards. */
async function withDatabase<T>(options: Partial<DatabaseOptions>, work: (database: Database) => Promise<T>): Promise<T> {
  const own = openDatabase({ connection: given.connection, ...options });
  try {
    return await work(own);
  } finally {
    await own.close();
  }
}

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("a workspace", () => {
  test("sees what it wrote and nothing else", async () => {
    expect(await database.workspace(here).first(insert, 1, "one")).toEqual({ id: 1, name: "one" });
    expect(await database.workspace(here).all(list)).toEqual([{ id: 1, name: "one" }]);
    expect(await database.workspace(elsewhere).all(list)).toEqual([]);
    expect(await database.workspace(elsewhere).first(list)).toBeUndefined();
  });

  test("composes SQL that varies, bound to itself", async () => {
    for (let sight = 0; sight < 3; sight += 1) expect(await named(here, "one")).toEqual([{ id: 1 }]);
    expect(await named(here, "two")).toEqual([]);
    expect(await named(elsewhere, "one")).toEqual([]);
  });

  test("refuses composed SQL that is not bound to it", async () => {
    await expect(database.workspace(here).compose(() => sql`select * from thing`)).rejects.toThrow("does not bind workspace_id");
  });
});

describe("a transaction", () => {
  test("keeps all of it", async () => {
    const rows = await database.workspace(here).transaction(async (tx) => {
      await tx.all(insert, 10, "ten");
      await tx.all(insert, 11, "eleven");
      return tx.all(list);
    });
    expect(rows.map(({ id }) => id)).toEqual([1, 10, 11]);
    expect(await database.workspace(here).all(list)).toEqual(rows);
  });

  test("keeps nothing of work that failed", async () => {
    const before = await database.system.first(countAll);
    const problem = new Error("no");
    const work = database.system.transaction(async (tx) => {
      await tx.workspace(here).all(insert, 20, "twenty");
      throw problem;
    });
    await expect(work).rejects.toBe(problem);
    expect(await database.system.first(countAll)).toEqual(before);
  });

  test("says so when a failure inside was dropped", async () => {
    const work = database.workspace(here).transaction(async (tx) => {
      await tx.all(insert, 21, "one").catch(() => {});
    });
    await expect(work).rejects.toBeInstanceOf(TransactionAborted);
  });

  test("runs no statement after its end", async () => {
    const forgotten = await database.system.transaction((tx) => Promise.resolve(tx));
    await expect(forgotten.all(countAll)).rejects.toThrow("The transaction is over");
  });
});

describe("a violated constraint", () => {
  test.each([
    ["unique", "thing_name_key", sql`insert into thing values (${here}, 30, 'one')`],
    ["foreign_key", "thing_parent_fkey", sql`insert into thing values (${here}, 30, 'x', 1, 99)`],
    ["check", "thing_size_check", sql`insert into thing values (${here}, 30, 'x', 0)`],
    ["not_null", "name", sql`insert into thing values (${here}, 30, null)`],
  ])("%s is named", async (kind, constraint, text) => {
    const error = await failure(run(text));
    expect(error).toBeInstanceOf(IntegrityViolation);
    expect(error).toMatchObject({ kind, constraint, table: "thing" });
  });
});

describe("when PostgreSQL cannot serve a statement", () => {
  test("that ran too long", async () => {
    await withDatabase({ statementTimeoutSeconds: 0.05 }, async (own) => {
      const error = await failure(own.system.all(slow));
      expect(error).toBeInstanceOf(DatabaseUnavailable);
      expect(error).toMatchObject({ reason: "statement_timeout", outcome: "not_applied", retryAfterSeconds: 1 });
    });
  });

  test("because of a deadlock, one of the two is told that nothing of it was applied, and it is counted", async () => {
    await database.workspace(here).all(insert, 40, "forty");
    await database.workspace(here).all(insert, 41, "forty-one");
    const meeting = Promise.withResolvers<void>();
    let holding = 0;
    const meet = () => (++holding === 2 ? meeting.resolve() : meeting.promise);
    const lockBoth = (own: Database, first: number, second: number) =>
      own.system.transaction(async (tx) => {
        await tx.all(lockRow, first);
        await meet();
        await tx.all(lockRow, second);
      });
    const told: string[] = [];
    await withDatabase({ observer: { waited: () => {}, deadlocked: () => told.push("deadlock") } }, async (own) => {
      const errors = await Promise.all([failure(lockBoth(own, 40, 41)), failure(lockBoth(own, 41, 40))]);
      expect(errors.filter(Boolean)).toEqual([expect.objectContaining({ reason: "deadlock", outcome: "not_applied" })]);
    });
    expect(told).toEqual(["deadlock"]);
  });

  test("because a lock is held", async () => {
    const connection = { ...given.connection, parameters: { options: "-c lock_timeout=20" } };
    await withDatabase({ connection }, async (own) => {
      const error = await database.system.transaction(async (tx) => {
        await tx.all(lockRow, 1);
        return failure(own.system.all(lockRow, 1));
      });
      expect(error).toMatchObject({ reason: "lock_timeout", outcome: "not_applied" });
    });
  });

  test("because the session may only read", async () => {
    const connection = { ...given.connection, parameters: { options: "-c default_transaction_read_only=on" } };
    await withDatabase({ connection }, async (own) => {
      expect(await failure(own.workspace(here).all(insert, 50, "fifty"))).toMatchObject({ reason: "read_only" });
    });
  });

  test("because all connections are taken", async () => {
    await run(sql`create role guest login connection limit 1`);
    await withDatabase({ connection: { ...given.connection, user: "guest" } }, async (own) => {
      const error = await failure(
        own.system.transaction(async (tx) => {
          await tx.all(session);
          return own.system.all(session);
        }),
      );
      expect(error).toMatchObject({ reason: "too_many_connections", retryAfterSeconds: 2 });
    });
    await run(sql`drop role guest`);
  });

  test.each([
    ["database", { database: "nowhere" }],
    ["role", { user: "nobody_known" }],
  ])("because the %s does not exist", async (_, part) => {
    await withDatabase({ connection: { ...given.connection, ...part } }, async (own) => {
      expect(await failure(own.system.all(session))).toMatchObject({
        reason: "refused",
        outcome: "not_applied",
        retryAfterSeconds: 5,
      });
    });
  });

  test("because nobody hands back a connection, after the longest wait", async () => {
    await withDatabase({ ownConnections: 1, connectTimeoutSeconds: 0.05 }, async (own) => {
      const error = await own.system.transaction(() => failure(own.system.transaction(() => Promise.resolve())));
      expect(error).toMatchObject({ reason: "too_busy", outcome: "not_applied" });
    });
  });
});

test("a schema change behind prepared statements goes unnoticed", async () => {
  await withDatabase({ sharedConnections: 1 }, async (own) => {
    const before = await own.workspace(here).all(everything);
    await run(sql`alter table thing add column colour text default 'red'`);
    const after = await Promise.all([1, 2, 3].map(() => own.workspace(here).all(everything)));
    expect(after[2]).toEqual(before.map((row) => ({ ...row, colour: "red" })));
    expect(after[0]).toEqual(after[2]);
  });
});

test("hundreds of statements share one connection and get each their own rows", async () => {
  await withDatabase({ sharedConnections: 1 }, async (own) => {
    const calls = Array.from({ length: 500 }, (_, call) =>
      own.system.compose<{ call: number; pid: number }>(() => sql`select ${call}::int as call, pg_backend_pid() as pid`, {
        alone: false,
      }),
    );
    const rows = (await Promise.all(calls)).flat();
    expect(rows.map(({ call }) => call)).toEqual(calls.map((_, call) => call));
    expect(new Set(rows.map(({ pid }) => pid)).size).toBe(1);
  });
});

test("a statement that waits on a connection of its own holds up nobody", async () => {
  await withDatabase({ sharedConnections: 1 }, async (own) => {
    let waiting: Promise<unknown> | undefined;
    await database.system.transaction(async (tx) => {
      await tx.all(takeLock, 77);
      waiting = own.system.all(waitForLock, 77);
      await expect.poll(() => own.system.first(countAll)).toBeDefined();
    });
    await waiting;
  });
});

test("waits for a connection are observed", async () => {
  const waits: number[] = [];
  await withDatabase({ ownConnections: 1, observer: { waited: (seconds) => waits.push(seconds) } }, async (own) => {
    await Promise.all([1, 2, 3].map(() => own.system.transaction((tx) => tx.all(session))));
  });
  expect(waits).toHaveLength(3);
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
});

describe("a replica", () => {
  test("that is none, but a server of its own, is replaced by the primary", async () => {
    await withDatabase({ connection: as("primary"), replica: as("replica") }, async (own) => {
      expect(await own.system.first(session)).toMatchObject({ role: "primary" });
    });
  });

  test("that is away is replaced by the primary", async () => {
    const away = { ...given.connection, hosts: [{ host: "/nowhere", port: 5432 }] };
    await withDatabase({ connection: as("primary"), replica: away }, async (own) => {
      expect(await own.system.first(session)).toMatchObject({ role: "primary" });
    });
  });
});

test("of several hosts the first that answers serves", async () => {
  const cluster = parseConnectionString(inject("postgres"));
  const hosts = [{ host: "/nowhere", port: 5432 }, { host: "localhost", port: 1 }, ...cluster.hosts];
  await withDatabase({ connection: { ...given.connection, hosts } }, async (own) => {
    expect(await own.system.first(countAll)).toBeDefined();
  });
});

test("a closed database refuses statements and closes its connections", async () => {
  const own = openDatabase({ connection: given.connection });
  await Promise.all([own.system.all(session), own.system.transaction((tx) => tx.all(session))]);
  await own.close();
  for (const late of [own.system.all(session), own.system.transaction(() => Promise.resolve())])
    await expect(late).rejects.toThrow("closed");
});
