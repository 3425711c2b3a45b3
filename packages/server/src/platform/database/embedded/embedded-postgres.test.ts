import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openDatabase, systemStatement } from "../index.ts";
import { EmbeddedError } from "./embedded-error.ts";
import { processExists } from "./processes.ts";
import { type EmbeddedEvent, type EmbeddedOptions, type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded-postgres.ts";

const settings = systemStatement<[], { name: string; setting: string }>(
  "embedded.test.settings",
  "select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'jit', 'listen_addresses') order by name",
);
const readWritten = systemStatement<[], { number: number }>(
  "embedded.test.written",
  "select number from written order by number",
);

let folder: string;
const running: EmbeddedPostgres[] = [];

async function start(options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataFolder: folder, ...options });
  running.push(server);
  return server;
}

const problemOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof EmbeddedError ? error.problem : error),
  );

/** A new folder that everybody may enter, as `nobody` needs. */
function openFolder(): string {
  const made = mkdtempSync(join(tmpdir(), "praetor-embedded-"));
  chmodSync(made, 0o755);
  return made;
}

/** A folder whose cluster was made and stopped once, for the tests that do not care how it came to be. */
let prepared: string;
const usePrepared = () => execFileSync("cp", ["-a", join(prepared, "postgres"), folder]);

beforeAll(async () => {
  prepared = openFolder();
  await (await startEmbeddedPostgres({ dataFolder: prepared })).stop();
});
afterAll(() => rmSync(prepared, { recursive: true, force: true }));
beforeEach(() => {
  folder = openFolder();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

describe("a start", () => {
  test("makes a durable cluster that only its owner can reach, and a stop leaves no process", async () => {
    const events: EmbeddedEvent[] = [];
    const server = await start({ onEvent: (event) => events.push(event) });
    const database = openDatabase({ connection: server.connection });
    expect(Object.fromEntries((await database.system.all(settings)).map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: "on",
      full_page_writes: "on",
      jit: "off",
      listen_addresses: "",
      synchronous_commit: "on",
    });
    await database.close();
    expect(statSync(join(folder, "postgres")).mode & 0o777).toBe(0o700);
    expect(statSync(server.connection.hosts[0]?.host ?? "").mode & 0o777).toBe(0o700);
    expect(events).toEqual([{ kind: "creating" }]);
    expect(server.takenOver).toBe(false);
    const { pid } = server;
    await server.stop();
    await expect.poll(() => processExists(pid)).toBe(false);
    expect(readFileSync(server.logFile, "utf8")).toContain("database system is shut down");
  });

  test("finds what an earlier one wrote", async () => {
    usePrepared();
    const first = await start();
    const before = openDatabase({ connection: first.connection });
    await before.system.all(systemStatement("embedded.test.keep", "create table kept as select 42 as answer"));
    await before.close();
    await first.stop();
    const second = await start();
    const after = openDatabase({ connection: second.connection });
    expect(await after.system.all(systemStatement("embedded.test.kept", "select answer from kept"))).toEqual([{ answer: 42 }]);
    await after.close();
  });

  test("works under a path that is too long for a socket", async () => {
    const server = await start({ dataFolder: join(folder, "x".repeat(120)) });
    const socket = server.connection.hosts[0]?.host ?? "";
    expect(socket).not.toContain("xxx");
    await server.stop();
    expect(existsSync(socket)).toBe(false);
  });
});

describe("a start on a folder", () => {
  test("that another one uses says which process that is", async () => {
    usePrepared();
    await start();
    const error = await start().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ problem: "folder_in_use" });
    expect(String(error)).toContain(`by process ${process.pid}`);
  });

  test("at the same moment as another one: one wins", async () => {
    const outcomes = await Promise.all([start(), start(), start()].map(problemOf));
    expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "folder_in_use")).toHaveLength(2);
  });

  test("of another major version", async () => {
    mkdirSync(join(folder, "postgres", "cluster"), { recursive: true });
    writeFileSync(join(folder, "postgres", "cluster", "PG_VERSION"), "15\n");
    const error = await start().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ problem: "folder_of_other_version" });
    expect(String(error)).toContain("it says 15, this one is 18");
  });

  test("with something else in its place", async () => {
    mkdirSync(join(folder, "postgres", "cluster"), { recursive: true });
    expect(await problemOf(start())).toBe("folder_not_a_cluster");
  });

  test("that cannot be made", async () => {
    writeFileSync(join(folder, "file"), "");
    expect(await problemOf(start({ dataFolder: join(folder, "file", "data") }))).toBe("folder_not_writable");
  });

  test.runIf(process.platform === "linux")("in a file system that takes no folders", async () => {
    expect(await problemOf(start({ dataFolder: "/proc/praetor/data" }))).toBe("folder_not_writable");
  });

  test.runIf(process.getuid?.() === 0)("that PostgreSQL's user cannot enter", async () => {
    chmodSync(folder, 0o700);
    const error = await start().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ problem: "folder_not_reachable" });
    expect(String(error)).toContain(`(${folder})`);
  });

  test("whose cluster is broken shows PostgreSQL's own words and where the log is", async () => {
    usePrepared();
    const server = await start();
    await server.stop();
    rmSync(join(folder, "postgres", "cluster", "global"), { recursive: true });
    const error = await start().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ problem: "start_failed" });
    expect(String(error)).toMatch(/could not find the database.*its log is .*postgres\.log/);
    expect(String(error)).not.toContain("\n");
  });
});

test("what a killed process acknowledged is there, and its server is taken over", async () => {
  usePrepared();
  const child = spawn(process.execPath, [join(import.meta.dirname, "parent.fixture.ts"), folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const numbers: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    numbers.push(Number(line));
    if (numbers.length === 20) child.kill("SIGKILL");
  }
  const [serverPid, ...acknowledged] = numbers;
  const server = await start();
  expect(server.takenOver).toBe(true);
  expect(server.pid).toBe(serverPid);
  const database = openDatabase({ connection: server.connection });
  const written = (await database.system.all(readWritten)).map(({ number }) => number);
  await database.close();
  expect(written.slice(0, acknowledged.length)).toEqual(acknowledged);
  // At most the one that was under way.
  expect(written.length - acknowledged.length).toBeLessThanOrEqual(1);
});

test("a leftover of a killed server does not stop the next start, whoever has its number now", async () => {
  usePrepared();
  const first = await start();
  const { pid } = first;
  const pidFile = join(folder, "postgres", "cluster", "postmaster.pid");
  const content = readFileSync(pidFile, "utf8");
  await first.stop();
  writeFileSync(pidFile, content.replace(String(pid), String(process.pid)));
  const second = await start();
  expect(second.pid).not.toBe(process.pid);
});

test("a server that dies is started again", async () => {
  usePrepared();
  const events: string[] = [];
  const restored = Promise.withResolvers<void>();
  const server = await start({ onEvent: ({ kind }) => (events.push(kind), kind === "restored" && restored.resolve()) });
  const { pid } = server;
  process.kill(pid, "SIGKILL");
  await restored.promise;
  expect(server.pid).not.toBe(pid);
  expect(events).toEqual(["lost", "restored"]);
});

test("a server that is abandoned ends and is not started again", async () => {
  usePrepared();
  const events: string[] = [];
  const server = await start({ onEvent: ({ kind }) => events.push(kind) });
  const { pid } = server;
  server.abandon();
  await expect.poll(() => processExists(pid)).toBe(false);
  await server.stop();
  expect(events).toEqual([]);
});
