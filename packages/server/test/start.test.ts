import { once } from "node:events";
import { chownSync, mkdirSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { openTestDatabase } from "../src/platform/database/testing.ts";
import { installForEverybody, openFolder } from "./folders.ts";
import { postgresOf, Praetor, type PraetorOptions } from "./processes.ts";

// Several starts follow one another in a test, on a machine that runs other tests beside it.
vi.setConfig({ testTimeout: 60_000 });

const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

/** Starts a server on a free port; whatever a failed test leaves of it is ended. */
function start(folder: string, { options = [], ...rest }: PraetorOptions & { options?: readonly string[] } = {}): Praetor {
  const praetor = new Praetor(["server", "start", "--port", "0", "--data-dir", folder, ...options], rest);
  onTestFinished(() => {
    praetor.child.kill("SIGKILL");
    for (const pid of postgresOf(folder)) process.kill(pid, "SIGQUIT");
  });
  return praetor;
}

const createFlow = (url: string, name: string) =>
  fetch(`${url}/flows/`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ name }) });

const readFlow = (url: string, name: string) => fetch(`${url}/flows/name/${name}`);

test("a start says where it is, serves, and leaves no process when Ctrl-C stops it; the next start has the data", async () => {
  const folder = openFolder();
  const first = start(folder);
  const url = await first.ready();
  expect((await createFlow(url, "kept")).status).toBe(201);
  expect(postgresOf(folder)).not.toEqual([]);
  const ended = await first.stop();
  expect(ended).toMatchObject({ code: 0, error: "" });
  expect(ended.out).toContain("Making the database; this happens once.");
  expect(ended.out).toContain(`API     ${url}\n`);
  expect(ended.out).toContain(`Data    ${folder}\n`);
  expect(postgresOf(folder)).toEqual([]);

  const second = start(folder);
  expect((await readFlow(await second.ready(), "kept")).status).toBe(200);
  expect((await second.stop("SIGTERM")).out).not.toContain("Making");
});

test("after SIGKILL the next start takes over the PostgreSQL that was left, and what was acknowledged is there", async () => {
  const folder = openFolder();
  const first = start(folder);
  expect((await createFlow(await first.ready(), "kept")).status).toBe(201);
  const running = postgresOf(folder);
  await first.stop("SIGKILL");
  expect(postgresOf(folder)).toEqual(running);

  const second = start(folder);
  expect((await readFlow(await second.ready(), "kept")).status).toBe(200);
  expect(postgresOf(folder)).toEqual(running);
  const ended = await second.stop();
  expect(ended.out).toContain("Taking over the PostgreSQL");
  expect(ended.code).toBe(0);
  expect(postgresOf(folder)).toEqual([]);
});

test("a second start on one data folder says so and leaves the first alone", async () => {
  const folder = openFolder();
  const first = start(folder);
  const url = await first.ready();
  const ended = await start(folder).ended();
  expect(ended.code).toBe(1);
  expect(ended.error).toBe(`praetor: The data folder ${folder} is already in use by process ${first.child.pid}.\n`);
  expect((await fetch(`${url}/flows/name/none`)).status).toBe(404);
  expect((await first.stop()).code).toBe(0);
});

test("a port in use is one line and what to do, and no PostgreSQL is left", async () => {
  const folder = openFolder();
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, "127.0.0.1", () => resolve((other.address() as { port: number }).port));
  });
  onTestFinished(() => void other.close());
  const ended = await start(folder, { options: ["--port", String(port)] }).ended();
  expect(ended.code).toBe(1);
  expect(ended.error).toBe(
    `praetor: 127.0.0.1:${port} is in use by another process.\n  Choose another with --port, or stop what listens there.\n`,
  );
  expect(postgresOf(folder)).toEqual([]);
});

test("a data folder of another major version is left alone", async () => {
  const folder = openFolder();
  const cluster = join(folder, "postgres", "cluster");
  mkdirSync(cluster, { recursive: true });
  writeFileSync(join(cluster, "PG_VERSION"), "15\n");
  const ended = await start(folder).ended();
  expect(ended.code).toBe(1);
  expect(ended.error).toMatch(/^praetor: The folder .* another major version of PostgreSQL; .*--data-dir.*\n$/);
});

test("the schema of a data folder can be looked at and made without a server", async () => {
  const folder = openFolder();
  const command = (words: string) => new Praetor([...words.split(" "), "--data-dir", folder]).ended();
  const before = await command("database status");
  expect(before.code).toBe(1);
  expect(before.out).toMatch(/^orion +0001_\w+ +not applied$/m);
  expect((await command("database migrate")).out).toMatch(
    /^orion\/0001_\w+ \(1 of \d+\)$[^]*^Applied (\d+) of \1 migrations\.$/m,
  );
  expect((await command("database migrate")).out).toMatch(/^Up to date, \d+ migrations\.\n$/);
  const after = await command("database status --json");
  expect(after.code).toBe(0);
  expect(JSON.parse(after.out)).toContainEqual({ schema: "orion", name: expect.any(String), applied: expect.any(String) });
  expect(postgresOf(folder)).toEqual([]);
});

test("an SQLite URL is refused with what to do", async () => {
  const environment = { PREFECT_API_DATABASE_CONNECTION_URL: "sqlite+aiosqlite:////tmp/prefect.db" };
  const ended = await start(openFolder(), { environment }).ended();
  expect(ended.code).toBe(2);
  expect(ended.error).toMatch(/^praetor: PREFECT_API_DATABASE_CONNECTION_URL: .* PostgreSQL, not in SQLite\. .*\n$/);
});

test("with --database-url the data is there and no PostgreSQL of our own is started", async () => {
  const folder = openFolder();
  const database = await openTestDatabase();
  onTestFinished(() => database.close());
  const praetor = start(folder, { options: ["--database-url", database.url] });
  expect((await createFlow(await praetor.ready(), "elsewhere")).status).toBe(201);
  expect(postgresOf(folder)).toEqual([]);
  const ended = await praetor.stop();
  expect(ended).toMatchObject({ code: 0, error: "" });
});

test("a database that cannot be reached is one line, without the password", async () => {
  const options = ["--database-url", "postgresql://ada:hunter2@127.0.0.1:1/none"];
  const ended = await start(openFolder(), { options }).ended();
  expect(ended.code).toBe(1);
  expect(ended.error).toMatch(/^praetor: The database cannot be reached: .*\n {2}Check --database-url.*\n$/);
  expect(ended.out + ended.error).not.toContain("hunter2");
});

/** A request whose body stops in the middle, on a server that has taken it up. */
async function halfRequest(url: string): Promise<{ socket: Socket; answer: Promise<string> }> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  const body = '{"name":"late"}';
  const head = [
    `POST ${pathname}/flows/ HTTP/1.1`,
    `Host: ${hostname}`,
    `Content-Length: ${body.length}`,
    "Expect: 100-continue",
  ];
  socket.write([...head, "", body.slice(0, 5)].join("\r\n"));
  await once(socket, "data");
  const answer = once(socket, "data").then(([chunk]) => String(chunk));
  return { socket, answer };
}

test("a stop waits for the request that runs", async () => {
  const folder = openFolder();
  const praetor = start(folder);
  const { socket, answer } = await halfRequest(await praetor.ready());
  const ended = praetor.stop("SIGTERM");
  await praetor.says(/Stopping/);
  socket.write('e":"late"}');
  expect(await answer).toMatch(/^HTTP\/1\.1 201 /);
  expect((await ended).code).toBe(0);
  expect(postgresOf(folder)).toEqual([]);
});

test("a stop tells sockets that the server goes away", async () => {
  const praetor = start(openFolder());
  const url = await praetor.ready();
  const socket = new WebSocket(`${url.replace("http", "ws")}/events/in`, "prefect");
  await once(socket, "open");
  const closed = once(socket, "close");
  const ended = await praetor.stop("SIGTERM");
  expect((await closed)[0]).toMatchObject({ code: 1001 });
  expect(ended.code).toBe(0);
  expect(ended.seconds).toBeLessThan(10);
});

test("a stop does not wait for ever, and a second Ctrl-C not at all", async () => {
  const folder = openFolder();
  const patient = start(folder, { environment: { PRAETOR_API_DRAIN_TIMEOUT: "0.5" } });
  await halfRequest(await patient.ready());
  expect(await patient.stop()).toMatchObject({ code: 0 });

  const forced = start(folder, { environment: { PRAETOR_API_DRAIN_TIMEOUT: "9" } });
  await halfRequest(await forced.ready());
  const ended = forced.stop();
  await forced.says(/Stopping/);
  forced.interrupt();
  expect((await ended).code).toBe(130);
  await vi.waitFor(() => expect(postgresOf(folder)).toEqual([]), { timeout: 20_000 });
});

test.skipIf(!isRoot)("a plain user can run an installation that root made", async () => {
  const installation = await installForEverybody();
  const folder = openFolder();
  chownSync(folder, nobody, nobody);
  const options: PraetorOptions = { installation, user: nobody, environment: { HOME: folder } };
  const praetor = start(join(folder, ".local/share/praetor"), options);
  const url = await praetor.ready();
  expect((await createFlow(url, "plain")).status).toBe(201);
  const ended = await praetor.stop();
  expect(ended).toMatchObject({ code: 0, error: "" });
  expect(postgresOf(folder)).toEqual([]);

  const closed = await start(join(openFolder(), "closed"), options).ended();
  expect(closed.code).toBe(1);
  expect(closed.error).toMatch(/^praetor: The data folder .* cannot be written; choose another with --data-dir\.\n$/);
});
