import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Connector } from "./connector.ts";
import { type DatabaseOptions, openDatabase } from "../database.ts";
import type { Database } from "../executor.ts";
import { DatabaseUnavailable } from "../failures.ts";
import { Session } from "./session.ts";
import { sql } from "../sql.ts";
import { systemStatement } from "../statement.ts";
import { openTestDatabase, type TestDatabase } from "../testing.ts";
import { selfSigned } from "../testing/certificate.ts";
import { type Proxy, startProxy } from "../testing/proxy.ts";

const one = systemStatement<[], { one: number }>("network.test.one", "select 1 as one");
const sleep = systemStatement<[], object>("network.test.sleep", "select pg_sleep(60)::text");

const sleeping = sql`select pid from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid() and state = 'active'`;

let given: TestDatabase;
let proxy: Proxy;
let database: Database;

const open = (options: Partial<DatabaseOptions> = {}) =>
  openDatabase({ connection: { ...given.connection, hosts: [{ host: "127.0.0.1", port: proxy.port }] }, ...options });

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

beforeAll(async () => {
  given = await openTestDatabase();
});
afterAll(() => given.close());
beforeEach(async () => {
  proxy = await startProxy(`${given.connection.hosts[0]?.host}/.s.PGSQL.5432`);
  database = open();
});
afterEach(async () => {
  await database.close();
  await proxy.close();
});

describe("when the connection is cut", () => {
  test("a statement under way may have happened", async () => {
    await database.system.first(one);
    const running = [failure(database.system.all(sleep)), failure(database.system.transaction((tx) => tx.all(sleep)))];
    await expect.poll(() => given.databases.orion.system.compose(() => sleeping)).toHaveLength(2);
    proxy.cut();
    const [single, inside] = await Promise.all(running);
    expect(single).toMatchObject({ reason: "connection_lost", outcome: "unknown" });
    // No commit was sent.
    expect(inside).toMatchObject({ reason: "connection_lost", outcome: "not_applied" });
    await given.databases.orion.system.compose(() => sql`select pg_terminate_backend(pid) from (${sleeping})`);
  });

  test("the next statement has a new one", async () => {
    await Promise.all([database.system.first(one), database.system.transaction((tx) => tx.first(one))]);
    proxy.cut();
    await expect.poll(() => failure(database.system.first(one))).toBeUndefined();
    await expect.poll(() => failure(database.system.transaction((tx) => tx.first(one)))).toBeUndefined();
  });
});

test.each([
  ["a statement", () => database.system.first(one)],
  ["a transaction", () => database.system.transaction((tx) => tx.first(one))],
])("a connection that is ended as it becomes ready is told to %s as one that could not be opened", async (_, work) => {
  proxy.endWhenReady();
  expect(await failure(work())).toMatchObject({ reason: "shutting_down", outcome: "not_applied" });
  await expect.poll(() => failure(work())).toBeUndefined();
});

describe("when the server is silent", () => {
  test("a connection attempt ends in time, and all who come then share the next one", async () => {
    proxy.freeze();
    const hasty = open({ connectTimeoutSeconds: 0.1 });
    expect(await failure(hasty.system.first(one))).toMatchObject({ reason: "cannot_connect", outcome: "not_applied" });
    const before = proxy.accepted;
    const answers = await Promise.all(Array.from({ length: 50 }, () => failure(hasty.system.first(one))));
    expect(answers.every((error) => error instanceof DatabaseUnavailable)).toBe(true);
    expect(proxy.accepted - before).toBeLessThanOrEqual(1);
    await hasty.close();
  });

  test("it is found again when it answers", async () => {
    proxy.freeze();
    const hasty = open({ connectTimeoutSeconds: 0.1 });
    expect(await failure(hasty.system.first(one))).toBeInstanceOf(DatabaseUnavailable);
    proxy.thaw();
    await expect.poll(() => failure(hasty.system.first(one))).toBeUndefined();
    await hasty.close();
  });

  test("a statement fails when it has been silent for longer than any statement may take", async () => {
    const { connection } = given;
    const hosts = [{ host: "127.0.0.1", port: proxy.port }];
    const options = { applicationName: "silence", statementTimeoutSeconds: 10, connectTimeoutSeconds: 1 };
    const client = await new Connector({ connection: { ...connection, hosts }, ...options }).connect();
    const lost = Promise.withResolvers<Session>();
    const session = new Session(client, 0.05, lost.resolve);
    proxy.freeze();
    const error = await failure(session.send({ name: undefined, text: "select 1", values: [] }));
    expect(error).toMatchObject({ reason: "connection_lost", outcome: "unknown" });
    expect(await lost.promise).toBe(session);
  });
});

describe("encryption", () => {
  const certificate = selfSigned("localhost");
  let folder: string;
  let secure: Proxy;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "praetor-tls-"));
    writeFileSync(join(folder, "right.crt"), certificate.cert);
    writeFileSync(join(folder, "wrong.crt"), selfSigned("localhost").cert);
    secure = await startProxy(`${given.connection.hosts[0]?.host}/.s.PGSQL.5432`, certificate);
  });
  afterEach(async () => {
    await secure.close();
    rmSync(folder, { recursive: true });
  });

  const attempt = async (host: string, port: number, parameters: Record<string, string>): Promise<unknown> => {
    const rootcert = parameters.sslrootcert === undefined ? {} : { sslrootcert: join(folder, parameters.sslrootcert) };
    const own = open({
      connection: { ...given.connection, hosts: [{ host, port }], parameters: { ...parameters, ...rootcert } },
    });
    const error = await failure(own.system.first(one));
    await own.close();
    return error;
  };

  test.each<[mode: string, host: string, rootcert: string | undefined, works: boolean]>([
    ["prefer", "127.0.0.1", undefined, true],
    ["require", "127.0.0.1", undefined, true],
    ["verify-ca", "127.0.0.1", "right.crt", true],
    ["verify-ca", "127.0.0.1", "wrong.crt", false],
    ["verify-ca", "127.0.0.1", undefined, false],
    ["require", "127.0.0.1", "wrong.crt", false],
    ["verify-full", "localhost", "right.crt", true],
    ["verify-full", "127.0.0.1", "right.crt", false],
    ["verify-full", "localhost", "wrong.crt", false],
  ])("%s to %s with the root certificate %s works: %s", async (sslmode, host, sslrootcert, works) => {
    const error = await attempt(host, secure.port, { sslmode, ...(sslrootcert && { sslrootcert }) });
    expect(error === undefined).toBe(works);
    if (!works) expect(error).toMatchObject({ reason: "cannot_connect", outcome: "not_applied" });
  });

  test.each([
    ["prefer", true],
    ["require", false],
  ])("%s of a server without TLS works: %s", async (sslmode, works) => {
    const error = await attempt("127.0.0.1", proxy.port, { sslmode });
    expect(error === undefined).toBe(works);
  });
});
