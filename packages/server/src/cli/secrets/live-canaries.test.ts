import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withClient } from "../../platform/database/connections/client.ts";
import { pause } from "../../platform/database/embedded/wait.ts";
import { parseConnectionString } from "@praetor/secrets";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canaries, canary, hits } from "../../testing/canaries.ts";
import { hostileMail, hostilePostgres, hostileRedis, type HostileServer, hostileSignOn } from "../../testing/hostile-servers.ts";
import { redisCommand, startInstallation, type TestInstallation } from "../../testing/installation.ts";
import { type } from "../testing.ts";

const environment = Object.fromEntries(canaries.map((text, index) => [`SECRET_${index}`, text]));

/** The command lines of all processes, again and again while something runs. */
async function commandLinesDuring(work: () => Promise<unknown>): Promise<string> {
  const seen = new Set<string>();
  const run = { done: false };
  const watch = async () => {
    while (!run.done) {
      for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) seen.add(commandLineOf(pid));
      await pause(50);
    }
  };
  await Promise.all([watch(), work().finally(() => void (run.done = true))]);
  return [...seen].join("\n");
}

/** Empty for a process that has just ended. */
function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

describe("servers that repeat what they were sent", () => {
  let folder: string;
  const servers: HostileServer[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "praetor-hostile-"));
    const refusing = await hostilePostgres("28P01");
    const failing = await hostilePostgres("XX000");
    const [redis, mail, signOn] = await Promise.all([hostileRedis(), hostileMail(), hostileSignOn()]);
    servers.push(refusing, failing, redis, mail, signOn);
    const provider = `http://127.0.0.1:${signOn.port}`;
    const at = ({ port }: HostileServer) => ({ host: "127.0.0.1", port });
    const facts = {
      database: { ...at(refusing), events: at(failing) },
      serviceUser: { password: "env:SECRET_0" },
      superUser: { password: "env:SECRET_1" },
      redis: { password: "env:SECRET_2" },
      signOn: {
        okta: { clientSecret: "env:SECRET_3", apiKey: "env:SECRET_4" },
        adfs: { clientSecret: "env:SECRET_5" },
        entra: { clientSecret: "env:SECRET_6" },
      },
      mail: { password: "env:SECRET_7" },
      keys: { tokenSigning: "env:SECRET_8" },
    };
    const endpoints = {
      redis: at(redis),
      mail: { ...at(mail), username: "ada", tls: "none" },
      authProvider: {
        okta: { clientID: "c", authServerURL: provider },
        adfs: { clientID: "c", clientAuthority: provider },
        entra: { clientID: "c", tenantID: "t", loginBaseURL: provider },
      },
    };
    writeFileSync(join(folder, "secrets.yaml"), JSON.stringify(facts));
    writeFileSync(join(folder, "endpoints.yaml"), JSON.stringify(endpoints));
    // The next command may be any `kubectl`: one that prints what it was sent and fails.
    writeFileSync(join(folder, "kubectl"), '#!/bin/sh\necho "error: $*" >&2\ncat >&2\nexit 1\n', { mode: 0o755 });
    await type("secrets render kubernetes --out set.yaml", { folder, environment });
  });
  afterAll(async () => {
    for (const server of servers) await server.close();
    rmSync(folder, { recursive: true });
  });

  test.each([
    "doctor --endpoints endpoints.yaml",
    "doctor set.yaml --endpoints endpoints.yaml --json --junit report.xml",
    "rotate serviceUser --existing set.yaml --new env:SECRET_10",
    "rotate superUser --existing set.yaml --new env:SECRET_11",
    "rotate work --existing set.yaml --endpoints endpoints.yaml --new env:SECRET_12",
    "rotate work --existing set.yaml --endpoints endpoints.yaml --redis-admin-user root --redis-admin-password env:SECRET_13",
    "rotate okta-client-secret --existing set.yaml --endpoints endpoints.yaml --new env:SECRET_14",
    "rotate smtp-password --existing set.yaml --endpoints endpoints.yaml --new env:SECRET_15",
    "rotate --abort --existing set.yaml",
    "rotate --existing set.yaml",
    "rotate --all --existing set.yaml --endpoints endpoints.yaml --new generate",
    "rotate serviceUser --existing cluster --new env:SECRET_16",
    "apply",
    "apply --json",
    "plan --from cluster",
    "push vault:secret/prefect",
  ])("make `praetor secrets %s` show no canary", async (words) => {
    const on = {
      folder,
      environment: {
        ...environment,
        PATH: `${folder}:${process.env["PATH"]}`,
        VAULT_ADDR: `http://127.0.0.1:${servers[4]?.port}`,
        VAULT_TOKEN: canary(20),
      },
    };
    const { outcome, out, error } = await type(`secrets ${words}`, on);
    expect([outcome, hits(out + error)]).toEqual([expect.stringMatching(/findings|failure/), []]);
    expect(error).not.toContain("unexpected error");
    expect(out + error).not.toBe("");
  });

  test("leave no canary in what is not the set, nor a file that others may read", () => {
    for (const name of readdirSync(folder).filter((each) => each !== "kubectl")) {
      const holds = hits(readFileSync(join(folder, name), "utf8")).length > 0;
      const mayHold = name === "set.yaml" || name.endsWith(".previous.env");
      expect([name, holds && !mayHold]).toEqual([name, false]);
      if (holds) expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
    }
  });
});

describe("a rotation of real roles and a real Redis", () => {
  let installation: TestInstallation;
  beforeAll(async () => {
    installation = await startInstallation({
      service: canary(30),
      superuser: canary(31),
      redis: canary(32),
      okta: canary(33),
      settings: { log_statement: "all", logging_collector: "on", log_min_messages: "debug1", log_destination: "stderr" },
      redisLines: ["slowlog-log-slower-than 0", "slowlog-max-len 10000"],
    });
    Object.assign(installation.environment, environment);
  });
  afterAll(() => installation.remove());

  const options = "--existing set.yaml --endpoints endpoints.yaml --settle 0s --rereads 0s --keep-old 0d";

  test.each([
    ["serviceUser", 40],
    ["superUser", 41],
    ...(redisCommand === undefined ? ([["work", 42]] as const) : []),
    ["token-signing", "generate"],
    ["okta-client-secret", 44],
  ] as const)("of %s shows no canary, whether it is killed, goes on, or is taken back", async (name, index) => {
    const words = `rotate ${name} ${options} --new ${index === "generate" ? index : `env:SECRET_${index}`}`;
    const shown: string[] = [];
    const lines = await commandLinesDuring(async () => {
      const killed = await installation.start(words, "2/4 deliver");
      shown.push(killed.out, killed.error, ...restOf(installation.folder));
      const aborted = await installation.run(`${words} --abort`);
      const done = await installation.run(`${words} --json`);
      shown.push(aborted.out, aborted.error, done.out, done.error, ...restOf(installation.folder));
      expect([aborted.outcome, done.outcome]).toEqual(["success", "success"]);
    });
    expect(hits(shown.join("\n"))).toEqual([]);
    expect(hits(lines)).toEqual([]);
    expect(lines).toContain(`rotate ${name}`);
  });

  test("leaves none in the log of the server, which has every statement", async () => {
    const connection = parseConnectionString(installation.valueOf("orion-user-connection-strings", "schema-setup").reveal());
    const log = await withClient({ connection, applicationName: "test" }, async (client) => {
      const { rows } = await client.query<{ log: string }>("select pg_read_file(pg_current_logfile()) as log");
      return rows[0]?.log ?? "";
    });
    expect(log).toMatch(/alter role "prefect_b" with login/);
    expect(hits(log)).toEqual([]);
  });

  test.skipIf(redisCommand !== undefined)("leaves none in the slow log of Redis, which has every command", async () => {
    const redis = new Redis({
      port: installation.redis?.port ?? 0,
      password: installation.valueOf("redis-passwords", "work").reveal(),
    });
    const log = JSON.stringify(await redis.call("SLOWLOG", "GET", "10000"));
    redis.disconnect();
    expect(log).toContain("SETUSER");
    expect(hits(log)).toEqual([]);
  });
});

/** What lies in a folder beside the set and what it was, and is no private file of secrets. */
function restOf(folder: string): string[] {
  const names = readdirSync(folder).filter(
    (name) => name !== "set.yaml" && !/\.previous\.env$|set\.yaml\.[0-9a-f]{12}$/.test(name),
  );
  return names.map((name) => readFileSync(join(folder, name), "utf8"));
}
