import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConnectionString, Secret } from "@praetor/secrets";
import { entryOf, readSet } from "@praetor/secrets/sets";
import { type Typed, type } from "../cli/testing.ts";
import { setPassword, setUpDatabase } from "../platform/database/administration/index.ts";
import { withClient } from "../platform/database/connections/client.ts";
import { pause } from "../platform/database/embedded/wait.ts";
import { domains } from "../platform/database/migrations/index.ts";
import { startCluster, type TestCluster } from "../platform/database/testing/cluster.ts";
import { installCommand } from "./debian-tools.ts";
import { startRedis, type TestRedis } from "./redis.ts";

export const redisCommand = installCommand(["redis-server"]);

/** Databases with a standby and a Redis, as a self-managed installation has them, and the set of Secrets for them. */
export interface TestInstallation {
  readonly folder: string;
  readonly primary: TestCluster;
  readonly standby: TestCluster;
  readonly redis: TestRedis | undefined;
  /** Runs `praetor secrets <words>` in its folder. */
  run(words: string): Promise<Typed>;
  /** As a process of its own; it dies the moment it has said `killAt`. */
  start(words: string, killAt?: string): Promise<{ readonly code: number | null; readonly out: string; readonly error: string }>;
  /** The value of a key, as it is now. */
  valueOf(object: string, key: string): Secret;
  readonly environment: Record<string, string>;
  remove(): Promise<void>;
}

export interface InstallationOptions {
  /** `praetor` unless given. */
  readonly contract?: "praetor" | "seed";
  /** The secrets to begin with. */
  readonly service?: string;
  readonly superuser?: string;
  readonly redis?: string;
  readonly okta?: string;
  /** Settings of PostgreSQL, and lines of the configuration of Redis. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly redisLines?: readonly string[];
}

/** Makes one, set up but for the tables of the platform: one of the test's own stands for them. */
export async function startInstallation(options: InstallationOptions = {}): Promise<TestInstallation> {
  const { redis: redisPassword = "r3dis p@ss", okta = "okta client secret 1" } = options;
  const service = { user: "prefect", password: Secret.of(options.service ?? "s3rvice p@ss/ 'é'") };
  const primary = await startCluster({ max_connections: "100", ...options.settings });
  const standby = await primary.addStandby();
  const redis =
    redisCommand === undefined ? await startRedis(`requirepass "${redisPassword}"`, ...(options.redisLines ?? [])) : undefined;
  for (const domain of domains) await setUpDatabase({ maintenance: primary.connection, domain, database: domain, service });
  const administration = { connection: { ...primary.connection, database: "orion" }, applicationName: "test" };
  await withClient(administration, (client) => client.query("create table orion.work (id bigserial primary key, by text)"));
  if (options.superuser !== undefined) await changeSuperuser(primary, options.superuser);
  const folder = mkdtempSync(join(tmpdir(), "praetor-installation-"));
  const environment = {
    HOME: folder,
    PATH: process.env["PATH"] ?? "",
    SUPER: options.superuser ?? primary.connection.password?.reveal() ?? "",
    SERVICE: service.password.reveal(),
    REDIS: redisPassword,
    OKTA: okta,
    OKTA_KEY: "okta management key 1",
    MAIL: "m@il password 1",
  };
  const installation = new Installation(folder, primary, standby, redis, environment);
  const facts = {
    contract: options.contract ?? "praetor",
    database: { host: "127.0.0.1", port: primary.port, replica: { host: "127.0.0.1", port: standby.port } },
    superUser: { password: "env:SUPER" },
    serviceUser: { password: "env:SERVICE" },
    redis: { password: "env:REDIS" },
    signOn: { okta: { clientSecret: "env:OKTA", apiKey: "env:OKTA_KEY" } },
    mail: { password: "env:MAIL" },
  };
  writeFileSync(join(folder, "facts.yaml"), JSON.stringify(facts));
  writeFileSync(join(folder, "endpoints.yaml"), JSON.stringify({ redis: { host: "127.0.0.1", port: redis?.port ?? 6379 } }));
  const { error } = await installation.run("render kubernetes --facts facts.yaml --out set.yaml");
  if (!error.startsWith("Wrote")) throw new Error(error);
  return installation;
}

/** The cluster of the test knows only the first one, which it needs no more. */
async function changeSuperuser(primary: TestCluster, password: string): Promise<void> {
  const { connection } = primary;
  await withClient({ connection, applicationName: "test" }, (client) => setPassword(client, "postgres", Secret.of(password)));
}

class Installation implements TestInstallation {
  readonly folder: string;
  readonly primary: TestCluster;
  readonly standby: TestCluster;
  readonly redis: TestRedis | undefined;
  readonly environment: Record<string, string>;

  constructor(
    folder: string,
    primary: TestCluster,
    standby: TestCluster,
    redis: TestRedis | undefined,
    environment: Record<string, string>,
  ) {
    this.folder = folder;
    this.primary = primary;
    this.standby = standby;
    this.redis = redis;
    this.environment = environment;
  }

  run(words: string): Promise<Typed> {
    return type(`secrets ${words}`, { folder: this.folder, environment: this.environment });
  }

  async start(words: string, killAt?: string): Promise<{ code: number | null; out: string; error: string }> {
    const program = join(import.meta.dirname, "../cli/main.ts");
    const fixture = join(import.meta.dirname, "kill-at.fixture.ts");
    const child = spawn(process.execPath, ["--import", fixture, program, "secrets", ...words.split(" ")], {
      cwd: this.folder,
      env: { ...this.environment, ...(killAt !== undefined && { KILL_AT: killAt }) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, error] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => void (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => void (error += text));
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    return { code, out, error };
  }

  valueOf(object: string, key: string): Secret {
    const value = entryOf(readSet([join(this.folder, "set.yaml")]), object, key)?.value;
    if (value === undefined) throw new Error(`There is no ${object}/${key}.`);
    return value;
  }

  async remove(): Promise<void> {
    await this.standby.remove();
    await this.primary.remove();
    await this.redis?.remove();
    rmSync(this.folder, { recursive: true });
  }
}

/** Work that goes on all the time, by clients that read the set again when it changes, as services do that are restarted. */
export interface Load {
  readonly served: number;
  readonly failures: readonly string[];
  /** Waits until every client has worked with the set as it is now. */
  settle(): Promise<void>;
  end(): Promise<void>;
}

/** What a client does with a value: it opens what the value leads to, and answers how to work there and how to leave. */
export type Opening = (value: Secret) => Promise<{ work(): Promise<unknown>; leave(): Promise<unknown> }>;

/** One client of PostgreSQL, which works by a connection string. */
export function databaseOpening(statement: string): Opening {
  return (value) =>
    new Promise((resolve, reject) => {
      const gone = Promise.withResolvers<void>();
      const connection = parseConnectionString(value.reveal());
      const session = withClient({ connection, applicationName: "service" }, async (client) => {
        resolve({
          work: () => client.query(statement),
          leave: async () => {
            gone.resolve();
            await session;
          },
        });
        await gone.promise;
      });
      session.catch(reject);
    });
}

/** Starts clients, each with a key of the set and what it does with it. */
export function startLoad(
  installation: TestInstallation,
  clients: readonly (readonly [object: string, key: string, opening: Opening])[],
): Load {
  const path = join(installation.folder, "set.yaml");
  const failures: string[] = [];
  const generations = clients.map(() => 0);
  let served = 0;
  let ended = false;
  const versionNow = () => statSync(path).mtimeMs;
  const loops = clients.map(async ([object, key, opening], index) => {
    let version = -1;
    let session: Awaited<ReturnType<Opening>> | undefined;
    while (!ended) {
      try {
        const current = versionNow();
        if (current !== version) {
          const before = session;
          // The new one first: a service that is replaced serves until its successor does.
          session = await opening(installation.valueOf(object, key));
          await before?.leave();
          version = current;
        }
        await session?.work();
        generations[index] = version;
        served += 1;
      } catch (error) {
        failures.push(`${object}/${key}: ${error instanceof Error ? error.message : "unknown"}`);
        ended = true;
      }
      await pause(10);
    }
    await session?.leave();
  });
  return {
    get served() {
      return served;
    },
    failures,
    settle: async () => {
      while (failures.length === 0 && generations.some((version) => version !== versionNow())) await pause(5);
    },
    end: async () => {
      ended = true;
      await Promise.all(loops);
    },
  };
}

/** Every file of the installation's folder, as text. */
export const textOf = (installation: TestInstallation, name: string): string =>
  readFileSync(join(installation.folder, name), "utf8");
