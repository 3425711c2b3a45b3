import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openDatabase } from "./database.ts";
import type { Database } from "./executor.ts";
import { systemStatement, workspaceStatement } from "./statement.ts";
import { startCluster, type TestCluster } from "./testing/cluster.ts";

let primary: TestCluster;
let standby: TestCluster;
let database: Database;
/** Another process, whose writes ours knows nothing of. */
let other: Database;
let workspace: string;

beforeAll(async () => {
  primary = await startCluster();
  standby = await primary.addStandby();
  await primary.query("create table item (workspace_id uuid not null, number integer not null)");
});
afterAll(async () => {
  await standby.remove();
  await primary.remove();
});
beforeEach(async () => {
  workspace = randomUUID();
  database = openDatabase({ connection: primary.connection, replica: standby.connection });
  other = openDatabase({ connection: primary.connection });
  await caughtUp();
});
afterEach(async () => {
  await Promise.all([database.close(), other.close()]);
});

const insert = workspaceStatement<[number: number], never>(
  "replica.insert",
  "insert into item (workspace_id, number) values ($1, $2)",
);
const insertAny = systemStatement<[workspace: string, number: number], never>(
  "replica.insert-any",
  "insert into item values ($1, $2)",
);
const text = "select pg_is_in_recovery() as standby, (select max(number) from item where workspace_id = $1) as number";

interface Read {
  readonly standby: boolean;
  readonly number: number | null;
}
const read = workspaceStatement<[], Read>("replica.read", text, { access: "replica" });
const readAlone = workspaceStatement<[], Read>("replica.read-alone", `${text} -- alone`, { access: "replica", alone: true });
const readPrimary = workspaceStatement<[], Read>("replica.read-primary", `${text} -- primary`);
const readAny = systemStatement<[workspace: string], Read>("replica.read-any", text.replace("$1", "$1::uuid"), {
  access: "replica",
});

/** The standby has everything that the primary has by now. */
async function caughtUp(): Promise<void> {
  const [end] = await primary.query<{ position: string }>("select pg_current_wal_insert_lsn()::text as position");
  await vi.waitFor(async () => {
    const [row] = await standby.query("select pg_last_wal_replay_lsn() >= $1::pg_lsn as there", [end?.position]);
    expect(row).toEqual({ there: true });
  }, 10_000);
}

const served = (number: number | null, from: "standby" | "primary") => ({ standby: from === "standby", number });

/** Waits for the standby to serve a read again, with this answer. */
const standbyServes = (number: number) =>
  vi.waitFor(async () => expect(await database.workspace(workspace).first(read)).toEqual(served(number, "standby")), 10_000);

describe("a statement", () => {
  test("goes where it declares that it may", async () => {
    const own = database.workspace(workspace);
    expect(await own.first(read)).toEqual(served(null, "standby"));
    expect(await own.first(readAlone)).toEqual(served(null, "standby"));
    expect(await own.first(readPrimary)).toEqual(served(null, "primary"));
    expect(await database.system.first(readAny, workspace)).toEqual(served(null, "standby"));
  });
});

describe("a read after one's own write", () => {
  test("is never older than it, and comes from the standby again as soon as that has it", async () => {
    const own = database.workspace(workspace);
    for (let number = 1; number <= 100; number += 1) {
      await own.all(insert, number);
      const [shared, alone] = await Promise.all([own.first(read), own.first(readAlone)]);
      expect([shared?.number, alone?.number]).toEqual([number, number]);
    }
    await standbyServes(100);
  });

  describe("while replay is paused", () => {
    beforeEach(() => standby.query("select pg_wal_replay_pause()"));
    afterEach(() => standby.query("select pg_wal_replay_resume()"));

    test.each<[how: string, write: () => Promise<unknown>]>([
      ["alone", () => database.workspace(workspace).all(insert, 7)],
      ["in a transaction", () => database.workspace(workspace).transaction((tx) => tx.all(insert, 7))],
      ["by a statement of all workspaces", () => database.system.all(insertAny, workspace, 7)],
      ["in a transaction of all workspaces", () => database.system.transaction((tx) => tx.all(insertAny, workspace, 7))],
    ])("comes from the primary, written %s", async (_, write) => {
      const own = database.workspace(workspace);
      expect(await own.first(read)).toEqual(served(null, "standby"));
      await write();
      for (let time = 0; time < 5; time += 1) {
        expect(await own.first(read)).toEqual(served(7, "primary"));
        expect(await own.first(readAlone)).toEqual(served(7, "primary"));
        expect(await database.system.first(readAny, workspace)).toEqual(served(7, "primary"));
      }
      await standby.query("select pg_wal_replay_resume()");
      await standbyServes(7);
    });

    test("does not send the readers of other workspaces to the primary", async () => {
      await database.workspace(randomUUID()).all(insert, 1);
      expect(await database.workspace(workspace).first(read)).toEqual(served(null, "standby"));
    });

    test("of another process may be older: nobody wrote here", async () => {
      await other.workspace(workspace).all(insert, 3);
      expect(await database.workspace(workspace).first(read)).toEqual(served(null, "standby"));
    });
  });

  test("holds while the standby applies everything late", async () => {
    await standby.query("alter system set recovery_min_apply_delay = '300ms'");
    await standby.query("select pg_reload_conf()");
    const own = database.workspace(workspace);
    for (let number = 1; number <= 30; number += 1) {
      await own.all(insert, number);
      expect(await own.first(read)).toMatchObject({ number });
    }
    await standby.query("alter system reset recovery_min_apply_delay");
    await standby.query("select pg_reload_conf()");
    await standbyServes(30);
  });
});

test("a replica string that names the primary serves the primary's rows", async () => {
  const both = openDatabase({ connection: primary.connection, replica: primary.connection });
  await both.workspace(workspace).all(insert, 1);
  expect(await both.workspace(workspace).first(read)).toEqual(served(1, "primary"));
  await both.close();
});

test("a standby that stops is left out, and used again when it is back", async () => {
  const own = database.workspace(workspace);
  await own.all(insert, 1);
  await standbyServes(1);
  await standby.halt();
  expect(await own.first(read)).toEqual(served(1, "primary"));
  expect(await own.first(readAlone)).toEqual(served(1, "primary"));
  await standby.start();
  await standbyServes(1);
});

// The last one: the standby is none afterwards.
test("a standby that is promoted serves nobody any more, since nothing new reaches it", async () => {
  const own = database.workspace(workspace);
  await own.all(insert, 1);
  await standbyServes(1);
  await standby.query("select pg_promote()");
  await own.all(insert, 2);
  expect(await own.first(read)).toEqual(served(2, "primary"));
  await other.workspace(workspace).all(insert, 3);
  await vi.waitFor(async () => expect(await own.first(read)).toEqual(served(3, "primary")), 5000);
});
