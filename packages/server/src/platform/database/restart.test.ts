import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "./database.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded/index.ts";
import type { Database } from "./executor.ts";
import { DatabaseUnavailable } from "./failures.ts";
import { sql } from "./sql.ts";
import { systemStatement } from "./statement.ts";

const write = systemStatement<[id: string], object>("restart.test.write", "insert into written (id) values ($1)");
const read = systemStatement<[], { id: string }>("restart.test.read", "select id from written");

let folder: string;
let server: EmbeddedPostgres;
let database: Database;
let restored = Promise.withResolvers<void>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "praetor-restart-"));
  chmodSync(folder, 0o755);
  server = await startEmbeddedPostgres({ dataFolder: folder, onEvent: ({ kind }) => kind === "restored" && restored.resolve() });
  database = openDatabase({ connection: server.connection, connectTimeoutSeconds: 1 });
  await database.system.compose(() => sql`create table written (id text primary key)`);
});
afterAll(async () => {
  await database.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What became of each write: acknowledged, or what its error said. */
type Outcome = "acknowledged" | "not_applied" | "unknown";

/** Eight callers that write without a pause, singly and in transactions, until told to stop. */
class Load {
  readonly outcomes = new Map<string, Outcome>();
  readonly surprises: unknown[] = [];
  readonly #callers: Promise<void>[];
  readonly #end = new AbortController();

  constructor(label: string) {
    this.#callers = Array.from({ length: 8 }, (_, caller) => this.#call(`${label}.${caller}`, caller % 2 === 0));
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#callers);
  }

  async #call(caller: string, single: boolean): Promise<void> {
    for (let count = 0; !this.#end.signal.aborted; count += 1) {
      const id = `${caller}.${count}`;
      this.outcomes.set(id, await this.#write(id, single));
      // A call that fails at once must leave the others their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #write(id: string, single: boolean): Promise<Outcome> {
    try {
      await (single ? database.system.all(write, id) : database.system.transaction((tx) => tx.all(write, id)));
      return "acknowledged";
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return error.outcome;
      this.surprises.push(error);
      return "unknown";
    }
  }

  count(outcome: Outcome): number {
    return [...this.outcomes.values()].filter((each) => each === outcome).length;
  }

  /** Acknowledged writes of each caller. */
  acknowledged(): readonly number[] {
    const callers = [...this.outcomes].filter(([, outcome]) => outcome === "acknowledged").map(([id]) => id.split(".")[1]);
    return this.#callers.map((_, caller) => callers.filter((each) => each === String(caller)).length);
  }

  /**
   * Waits until every caller has had more than ten more writes acknowledged: shared connections and own ones come back
   * one by one, and callers of one kind are far ahead of the others.
   */
  async serves(): Promise<void> {
    const before = this.acknowledged();
    const fewest = () => Math.min(...this.acknowledged().map((count, caller) => count - (before[caller] ?? 0)));
    await expect.poll(fewest, { timeout: 30_000 }).toBeGreaterThan(10);
  }
}

const signals = [
  ["is killed", "SIGKILL"],
  ["crashes", "SIGQUIT"],
  ["is shut down", "SIGINT"],
] as const;

describe.each(signals)("when PostgreSQL %s under load and comes back", (_, signal) => {
  test("every error says so, acknowledged writes are there, and service resumes for every caller", async () => {
    const load = new Load(signal);
    await load.serves();
    restored = Promise.withResolvers<void>();
    process.kill(server.pid, signal);
    await restored.promise;
    await load.serves();
    await load.stop();

    expect(load.surprises).toEqual([]);
    expect(load.count("not_applied")).toBeGreaterThan(0);
    const written = new Set((await database.system.all(read)).map(({ id }) => id));
    for (const [id, outcome] of load.outcomes) {
      if (outcome !== "unknown") expect(written.has(id), `${id} was ${outcome}`).toBe(outcome === "acknowledged");
    }
  });
});

test("a statement whose backend is killed fails, and the others go on", async () => {
  const pids = await database.system.compose<{ pid: number }>(
    () => sql`select pid from pg_stat_activity where application_name = 'praetor' and pid <> pg_backend_pid()`,
  );
  await database.system.compose(
    () => sql`select pg_terminate_backend(pid) from unnest(${pids.map(({ pid }) => pid)}::int[]) as pid`,
  );
  await expect.poll(() => database.system.all(write, "after").catch(() => undefined)).toBeDefined();
});
