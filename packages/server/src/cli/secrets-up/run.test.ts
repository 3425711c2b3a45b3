import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSet } from "@praetor/secrets/sets";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startCluster, type TestCluster } from "../../platform/database/testing/cluster.ts";
import { installCommand, isInstalled } from "../../testing/debian-tools.ts";
import { startRedis, type TestRedis } from "../../testing/redis.ts";
import { type } from "../testing.ts";

let cluster: TestCluster;
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  // As many as the services of the contract may open.
  cluster = await startCluster({ max_connections: "900" });
  environment = { HOME: "/", SUPER: cluster.connection.password?.reveal() ?? "" };
});
afterAll(() => cluster.remove());
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "praetor-up-"))));
afterEach(async () => {
  rmSync(folder, { recursive: true });
  for (const database of ["events", "nebula", "orion"]) await cluster.query(`drop database if exists ${database} with (force)`);
  await cluster.query("drop role if exists prefect");
});

const run = (words: string, more: Record<string, string> = {}) =>
  type(`secrets up ${words}`, { folder, environment: { ...environment, ...more } });
const facts = () => `--database-host 127.0.0.1 --database-port ${cluster.port} --super-password env:SUPER`;
/** No Redis beside it: a port on which nobody listens. */
const alone = () => `${facts()} --redis-port 1`;
const steps = (out: string) => [...out.matchAll(/^(\w+) +[\d.]+ s {2}(.*)$/gm)].map(([, step, result]) => [step, result]);

test("from two facts and an empty PostgreSQL to an installation that is well, in one command and less than a minute", async () => {
  const { outcome, out, error } = await run(alone());
  expect([outcome, error]).toEqual(["success", ""]);
  expect(steps(out).map(([step]) => step)).toEqual(["facts", "secrets", "setup", "migrate", "partition", "redis", "doctor"]);
  expect(out).toMatch(/^All well: \d+ checks/m);
  expect(Number(/^In ([\d.]+) s/m.exec(out)?.[1])).toBeLessThan(60);
  expect(statSync(join(folder, "set.yaml")).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, "secrets.yaml"), "utf8")).toContain("env:SUPER");
  expect(existsSync(join(folder, "endpoints.yaml"))).toBe(false);
  for (const secret of secretsIn("set.yaml")) expect(out).not.toContain(secret);
});

/** Every generated or given password of a file. */
const secretsIn = (name: string): string[] => {
  const texts = [...readSet([join(folder, name)]).objects.values()].flatMap(({ entries }) => [...entries.values()]);
  return texts.map(({ value }) => value.reveal()).filter((text) => text !== "");
};

test("run again it keeps everything, and finds nothing to do", async () => {
  await run(alone());
  const before = readFileSync(join(folder, "set.yaml"), "utf8");
  const { outcome, out } = await run("--redis-port 1");
  expect(outcome).toBe("success");
  expect(readFileSync(join(folder, "set.yaml"), "utf8")).toBe(before);
  expect(out).toMatch(/setup .* 0 of \d+ things/);
  expect(out).toMatch(/migrate .* all \d+ migrations were applied already/);
});

test("a PostgreSQL that takes too few connections for all services is the one thing to mend", async () => {
  const small = await startCluster({ max_connections: "100" });
  const words = `--database-host 127.0.0.1 --database-port ${small.port} --super-password env:SMALL --redis-port 1 --json`;
  const { outcome, out } = await run(words, { SMALL: small.connection.password?.reveal() ?? "" });
  await small.remove();
  const { findings } = JSON.parse(out) as { findings: { severity: string; code: string }[] };
  const serious = findings.filter(({ severity }) => severity !== "note").map(({ code }) => code);
  expect([outcome, new Set(serious)]).toEqual(["findings", new Set(["connections_short"])]);
});

test("for programs it prints the steps and what was found", async () => {
  const { steps: done, findings, seconds } = JSON.parse((await run(`${alone()} --json`)).out);
  expect(done).toHaveLength(7);
  expect(findings.every(({ severity }: { severity: string }) => severity === "note")).toBe(true);
  expect(seconds).toBeGreaterThan(0);
});

test("a role that has another password is said so, and changed only when asked", async () => {
  await cluster.query("create role prefect login password 'other'");
  const refused = await run(alone());
  expect(refused.outcome).toBe("failure");
  expect(refused.error).toContain("has another password");
  expect(refused.error).toContain("--set-password");
  expect((await run("--redis-port 1 --set-password")).outcome).toBe("success");
});

test.each<[what: string, words: () => string, more: Record<string, string>, message: string]>([
  ["a superuser who is refused", alone, { SUPER: "c4nary" }, "PostgreSQL cannot be used"],
  [
    "a host where nobody is",
    () => "--database-host 127.0.0.1 --database-port 1 --super-password env:SUPER",
    {},
    "PostgreSQL cannot be used",
  ],
  ["a store as the place", () => `${alone()} --to vault:secret/x`, {}, "is filled by `praetor secrets push`"],
  ["one fact", () => "--database-host db", {}, "--super-password must be given"],
])("%s is an error that says what to do", async (_, words, more, message) => {
  const { outcome, error } = await run(words(), more);
  expect([outcome, error]).toEqual(["failure", expect.stringContaining(message)]);
  expect(error).not.toContain("c4nary");
});

const hasRedis = isInstalled("redis-server");
const without = hasRedis ? "" : ` (did not run: sudo ${installCommand(["redis-server"])})`;

describe.skipIf(!hasRedis)(`with a Redis${without}`, () => {
  let redis: TestRedis;
  beforeEach(async () => void (redis = await startRedis()));
  afterEach(() => redis.remove());

  test("beside PostgreSQL it is found, and written down for the next time", async () => {
    const { outcome, out } = await run(`${facts()} --redis-port ${redis.port}`);
    expect(outcome).toBe("success");
    expect(out).toContain(`127.0.0.1:${redis.port}, for every role`);
    expect(out).toContain("note redis_open");
    expect(readFileSync(join(folder, "endpoints.yaml"), "utf8")).toContain(`port: ${redis.port}`);
    expect((await run("")).outcome).toBe("success");
  });

  test("passwords that are generated are asked for from then on, one for each role", async () => {
    const words = `${facts()} --redis-host 127.0.0.1 --redis-port ${redis.port} --redis-password generate`;
    const { outcome, out } = await run(words);
    expect(out).toMatch(new RegExp(`^redis .* 127.0.0.1:${redis.port}: asks for its passwords now$`, "m"));
    expect(outcome).toBe("success");
    expect(out).not.toContain("redis_open");
    for (const secret of secretsIn("set.yaml")) expect(out).not.toContain(secret);
    await redis.restart();
    const again = await run("");
    expect([again.outcome, again.out]).toEqual([
      "success",
      expect.stringContaining(`127.0.0.1:${redis.port}: asks for its passwords\n`),
    ]);
  });

  test("one that asks for another password is left as it is, and the doctor says which keys are wrong", async () => {
    await redis.remove();
    redis = await startRedis("requirepass other");
    const { outcome, out } = await run(`${facts()} --redis-port ${redis.port} --redis-password generate`);
    expect(outcome).toBe("findings");
    expect(out).toContain("has another password");
    expect(out).toContain("error redis_login_refused");
  });
});
