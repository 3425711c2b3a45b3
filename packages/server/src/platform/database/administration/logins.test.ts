import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { type ConnectionString, formatConnectionString, isPreparedAlike, parseConnectionString, Secret } from "@praetor/secrets";
import {
  readManifests,
  readDotenv,
  renderEnv,
  renderKubernetes,
  renderValues,
  type SecretSet,
  SetBuilder,
} from "@praetor/secrets/sets";
import { Redis } from "ioredis";
import { escapeLiteral } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonExecutable } from "../../../../../../scripts/python.ts";
import { installCommand } from "../../../testing/debian-tools.ts";
import { startRedis, type TestRedis } from "../../../testing/redis.ts";
import { withClient } from "../connections/client.ts";
import { startCluster, type TestCluster } from "../testing/cluster.ts";
import { setPassword } from "./index.ts";

/** Numbers in [0, 1) that are the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
/** Letters with marks, of other scripts and from right to left, symbols, what is newer than Unicode 3.2 or needs two units of UTF-16. */
const unicode = Array.from("éßøñЖλאب漢字かḿǻı§¶—“”«»€₿😀🏴𐍈");

const count = 300;
const passwords = makePasswords();

/** The first ones have every printable character of ASCII, alone and in the middle; the rest are drawn from all. */
function makePasswords(): Secret[] {
  const random = randomFrom(20_261_129);
  const draw = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? "";
  return Array.from({ length: count }, (_, index) => {
    const only = ascii[index];
    if (only !== undefined) return Secret.of(index % 2 === 0 ? `a${only}b` : `${only}${only}x`);
    const length = 1 + Math.floor(random() * 40);
    const alphabet = index % 2 === 0 ? ascii : [...ascii, ...unicode, ...unicode];
    for (;;) {
      const text = Array.from({ length }, () => draw(alphabet)).join("");
      // What clients prepare in different ways no rendering can help; `check` finds it.
      if (isPreparedAlike(text)) return Secret.of(text);
    }
  });
}

/** As the original product makes a role, by the server; or by what we send instead of a password. */
const byServer = (index: number): boolean => index % 3 > 0;

const names = passwords.map((_, index) => `role_${index}`);

let cluster: TestCluster;
let strings: string[];
beforeAll(async () => {
  // What a login costs is not what is tried here.
  cluster = await startCluster({ scram_iterations: "64" });
  await withClient({ connection: cluster.connection, applicationName: "test" }, async (client) => {
    for (const [index, password] of passwords.entries()) {
      const clause = byServer(index) ? ` password ${escapeLiteral(password.reveal())}` : "";
      await client.query(`create role ${names[index]} login${clause}`);
      if (!byServer(index)) await setPassword(client, names[index] ?? "", password);
    }
  });
  strings = rendered();
});
afterAll(() => cluster.remove());

/** The connection strings as they are read from what is rendered, in each of three forms in turn. */
function rendered(): string[] {
  const builder = new SetBuilder();
  for (const [index, password] of passwords.entries()) {
    const connection = { ...cluster.connection, user: names[index] ?? "", password, parameters: {} };
    builder.add({ object: "a-set", key: `key-${index}`, value: formatConnectionString(connection, "postgresql+asyncpg") });
  }
  const set = builder.build();
  const forms = [renderKubernetes(set), renderValues(set), renderEnv(set)].map((text, form) => readBack(text, form === 2));
  return names.map((_, index) => forms[index % 3]?.objects.get("a-set")?.entries.get(`key-${index}`)?.value.reveal() ?? "");
}

function readBack(text: string, dotenv: boolean): SecretSet {
  const builder = new SetBuilder();
  if (dotenv) readDotenv(text, "set.env", builder);
  else readManifests(text, "set.yaml", builder);
  return builder.build();
}

/** Runs a program that is told everything by standard input. */
async function tell(
  program: string,
  words: readonly string[],
  input: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<string> {
  const child = spawn(program, words, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8", ...environment },
  });
  let [out, error] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => void (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (error += text));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return code === 0 ? out : `exit ${code}: ${error.replaceAll(/\/\/\S*@/g, "//…@")}`;
}

/** Which passwords a client was refused, by number: a password itself must not stand in the output of a test. */
const refused = (letIn: readonly string[], expected: readonly string[]): number[] =>
  expected.flatMap((name, index) => (letIn[index] === name ? [] : [index]));

describe(`${count} passwords on roles of PostgreSQL, by the strings that are rendered`, () => {
  test("let our driver in", async () => {
    const letIn: string[] = [];
    for (const string of strings) {
      const connection: ConnectionString = parseConnectionString(string);
      const user = await withClient({ connection, applicationName: "test" }, async (client) => {
        const { rows } = await client.query<{ session_user: string }>("select session_user");
        return rows[0]?.session_user ?? "";
      }).catch(() => "refused");
      letIn.push(user);
    }
    expect(refused(letIn, names)).toEqual([]);
  });

  test("let Python's asyncpg and SQLAlchemy in", async () => {
    const out = await tell(pythonExecutable("3.8.3"), [join(import.meta.dirname, "logins.py")], JSON.stringify(strings));
    const letIn = JSON.parse(out) as Record<"asyncpg" | "sqlalchemy", string[]>;
    expect({ asyncpg: refused(letIn.asyncpg, names), sqlalchemy: refused(letIn.sqlalchemy, names) }).toEqual({
      asyncpg: [],
      sqlalchemy: [],
    });
  }, 120_000);

  test("refuse somebody where clients prepare a password in different ways, which is why `check` warns of it", async () => {
    const password = Secret.of("ﬁ😀");
    expect(isPreparedAlike(password.reveal())).toBe(false);
    const connection = { ...cluster.connection, user: "ambiguous", password, parameters: {} };
    await cluster.query(`create role ambiguous login password ${escapeLiteral(password.reveal())}`);
    const string = formatConnectionString(connection, "postgresql+asyncpg").reveal();
    const out = await tell(pythonExecutable("3.8.3"), [join(import.meta.dirname, "logins.py")], JSON.stringify([string]));
    expect(JSON.parse(out)).toEqual({ asyncpg: ["ambiguous"], sqlalchemy: ["ambiguous"] });
    await expect(withClient({ connection, applicationName: "test" }, () => Promise.resolve())).rejects.toMatchObject({
      reason: "refused",
    });
  });

  const missing = installCommand(["psql"]);
  test.skipIf(missing)(`let psql in${missing ? ` (it did not run: ${missing})` : ""}`, async () => {
    const lines = strings.map(
      (string) => `\\connect '${string.replace("postgresql+asyncpg:", "postgresql:")}'\nselect session_user;`,
    );
    const environment = {
      PGHOST: "127.0.0.1",
      PGPORT: String(cluster.port),
      PGUSER: "postgres",
      PGPASSWORD: cluster.connection.password?.reveal(),
      PGDATABASE: "postgres",
    };
    const out = await tell("psql", ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"], lines.join("\n"), environment);
    expect(refused(out.trim().split("\n"), names)).toEqual([]);
  });
});

const missing = installCommand(["redis-server", "redis-cli"]);
describe.skipIf(missing)(`${count} passwords on users of Redis${missing ? ` (nothing of this ran: ${missing})` : ""}`, () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
    const administrator = new Redis({ port: redis.port });
    for (const [index, password] of passwords.entries()) {
      const digest = createHash("sha256").update(password.reveal()).digest("hex");
      // By the password, or by what is sent instead of it.
      const rule = index % 2 === 0 ? `>${password.reveal()}` : `#${digest}`;
      await administrator.call("ACL", "SETUSER", names[index] ?? "", "on", rule, "+acl|whoami", "+ping", "+info");
    }
    administrator.disconnect();
  });
  afterAll(() => redis.remove());

  test("let our driver in", async () => {
    const letIn: string[] = [];
    for (const [index, password] of passwords.entries()) {
      const client = new Redis({
        port: redis.port,
        username: names[index] ?? "",
        password: password.reveal(),
        lazyConnect: true,
        retryStrategy: () => null,
      });
      client.on("error", () => {});
      letIn.push(await client.call("ACL", "WHOAMI").then(String, () => "refused"));
      client.disconnect();
    }
    expect(refused(letIn, names)).toEqual([]);
  });

  test("let redis-cli in", async () => {
    const escaped = (text: string) =>
      `"${[...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}"`;
    const lines = passwords.map((password, index) => `AUTH ${names[index]} ${escaped(password.reveal())}\nACL WHOAMI`);
    const out = await tell("redis-cli", ["-p", String(redis.port)], `${lines.join("\n")}\n`);
    expect(
      refused(
        out
          .trim()
          .split("\n")
          .filter((line) => line !== "OK" && line !== ""),
        names,
      ),
    ).toEqual([]);
  });
});
