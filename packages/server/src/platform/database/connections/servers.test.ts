import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionString, parseConnectionString, Secret } from "@praetor/secrets";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { openDatabase } from "../database.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../embedded/index.ts";
import { DatabaseUnavailable } from "../failures.ts";
import { Fragment, sql } from "../sql.ts";

const shared = parseConnectionString(inject("postgres"));
let folder: string;
let second: EmbeddedPostgres;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "praetor-servers-"));
  chmodSync(folder, 0o755);
  second = await startEmbeddedPostgres({ dataFolder: folder, durable: false });
});
afterAll(async () => {
  await second.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The first row of a query at a connection, or the error. */
async function ask(connection: ConnectionString, query: Fragment): Promise<unknown> {
  const database = openDatabase({ connection });
  try {
    return (await database.system.compose(() => query))[0];
  } catch (error) {
    return error;
  } finally {
    await database.close();
  }
}

describe("of a server that only reads and one that writes", () => {
  const readOnly = sql`alter database praetor set default_transaction_read_only = on`;
  const whichSocket = sql`select current_setting('unix_socket_directories') as host`;

  beforeAll(() => ask(second.connection, readOnly));

  test.each([
    ["any", "reader"],
    ["read-only", "reader"],
    ["read-write", "writer"],
    ["primary", "reader"],
    ["prefer-standby", "reader"],
  ])("%s is served by the %s", async (target_session_attrs, server) => {
    const hosts = [...second.connection.hosts, ...shared.hosts];
    const answer = await ask({ ...shared, hosts, parameters: { target_session_attrs } }, whichSocket);
    expect(answer).toEqual({ host: hosts[server === "reader" ? 0 : 1]?.host });
  });

  test("standby is served by none", async () => {
    const hosts = [...second.connection.hosts, ...shared.hosts];
    const answer = await ask({ ...shared, hosts, parameters: { target_session_attrs: "standby" } }, whichSocket);
    expect(answer).toBeInstanceOf(DatabaseUnavailable);
    expect(answer).toMatchObject({ reason: "cannot_connect" });
  });
});

describe("a password", () => {
  const password = "a b'\"\\%/@:?#é😀";
  const guest = (secret: string): ConnectionString => ({ ...second.connection, user: "guest", password: Secret.of(secret) });

  beforeAll(async () => {
    const writable: ConnectionString = { ...second.connection, parameters: { options: "-c default_transaction_read_only=off" } };
    await ask(writable, Fragment.text(`create role guest login password 'a b''"\\%/@:?#é😀'`));
    const file = join(folder, "postgres", "cluster", "pg_hba.conf");
    writeFileSync(file, `local all guest scram-sha-256\n${readFileSync(file, "utf8")}`);
    await ask(writable, sql`select pg_reload_conf()`);
    // `expect.poll` is for tests alone.
    const refused = async () => expect(await ask(guest("hunter2"), sql`select 1`)).toBeInstanceOf(DatabaseUnavailable);
    await vi.waitFor(refused, 20_000);
  });

  test("of any characters opens the door", async () => {
    expect(await ask(guest(password), sql`select current_user as name`)).toEqual({ name: "guest" });
  });

  test("that is wrong does not, and nobody hears it", async () => {
    const error = await ask(guest("hunter2"), sql`select 1`);
    expect(error).toMatchObject({ reason: "refused", retryAfterSeconds: 5 });
    expect(String((error as Error).cause)).not.toContain("hunter2");
  });
});
