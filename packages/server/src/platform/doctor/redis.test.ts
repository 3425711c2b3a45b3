import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "@praetor/secrets";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pause } from "../database/embedded/wait.ts";
import { reachPort } from "./network.ts";
import { examineRedis } from "./redis.ts";
import type { RedisTarget } from "./targets.ts";

function installed(): boolean {
  try {
    execFileSync("redis-server", ["--version"]);
    return true;
  } catch {
    return false;
  }
}

/** Said in one line where the whole of this did not run. */
const here = installed();

let folder: string;
const running: ChildProcess[] = [];
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "praetor-redis-"))));
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null) continue;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A Redis with these options; resolves once it listens. */
async function start(...options: string[]): Promise<number> {
  const port = await freePort();
  const own = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder];
  const child = spawn("redis-server", [...own, ...options], { stdio: "ignore" });
  running.push(child);
  while ((await reachPort({ host: "127.0.0.1", port })).length > 0) {
    if (child.exitCode !== null) throw new Error("The Redis of the test did not start.");
    await pause(10);
  }
  return port;
}

const password = Secret.of("c4nary pass@/");
const target = (port: number, more: Partial<RedisTarget> = {}): RedisTarget => ({
  object: "redis-passwords",
  key: more.role ?? "work",
  role: "work",
  host: "127.0.0.1",
  port,
  password,
  ...more,
});
const codesOf = async (examined: RedisTarget) =>
  (await examineRedis(examined)).map(({ severity, code }) => `${severity} ${code}`);
const secured = ["--requirepass", password.reveal(), "--maxmemory-policy", "noeviction"];

describe.skipIf(!here)(`a Redis${here ? "" : " (redis-server is not installed: nothing of this ran)"}`, () => {
  test("as it should be is well, and keeps no key of ours", async () => {
    const port = await start(...secured);
    expect(await codesOf(target(port))).toEqual([]);
    const redis = new Redis({ port, password: password.reveal() });
    expect(await redis.dbsize()).toBe(0);
    redis.disconnect();
  });

  test.each<[what: string, options: string[], more: Partial<RedisTarget>, expected: string[]]>([
    ["another password", secured, { password: Secret.of("other") }, ["error redis_login_refused"]],
    ["no login", ["--maxmemory-policy", "noeviction"], { password: Secret.of("any") }, ["warning redis_open"]],
    [
      "an evicting policy for a queue",
      ["--requirepass", password.reveal(), "--maxmemory-policy", "allkeys-lru"],
      {},
      ["error redis_evicts"],
    ],
    [
      "an evicting policy for the cache, which is right",
      ["--requirepass", password.reveal(), "--maxmemory-policy", "allkeys-lru"],
      { role: "cache" },
      [],
    ],
    ["a cache that fills", [...secured, "--maxmemory", "64mb"], { role: "cache" }, ["warning redis_cache_fills"]],
    ["cluster mode", [...secured, "--cluster-enabled", "yes"], {}, ["error redis_cluster_mode"]],
    [
      "a user who may only read",
      [...secured, ..."--user reader on >c4nary ~* &* +@read +ping +info".split(" ")],
      { username: "reader", password: Secret.of("c4nary") },
      ["error redis_rights_missing"],
    ],
  ])("with %s", async (_, options, more, expected) => {
    expect(await codesOf(target(await start(...options), more))).toEqual(expected);
  });

  test("without a password, where none is given, is only noted", async () => {
    const { password: _, ...open } = target(await start());
    expect(await codesOf(open)).toEqual(["note redis_open"]);
  });

  test("that asks for a password where none is given is found", async () => {
    const { password: _, ...open } = target(await start(...secured));
    expect(await codesOf(open)).toEqual(["error redis_login_missing"]);
  });
});

test("a Redis that is not there is found", async () => {
  const [finding] = await examineRedis(target(1));
  expect(finding).toMatchObject({
    code: "redis_unreachable",
    object: "redis-passwords",
    key: "work",
    remedy: expect.stringContaining("start Redis"),
  });
});
