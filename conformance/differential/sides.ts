/** The original and Praetor, each on a database of its own in one PostgreSQL, and both empty at the beginning of each sequence. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "pg";
import { startCluster } from "../../bench/contestants/cluster.ts";
import { type Command, start, stopChild } from "../../bench/contestants/contestant.ts";
import { originalCommand, praetorCommand } from "../../bench/contestants/commands.ts";
import { ask } from "./ask.ts";
import type { Answer, Call } from "./call.ts";

export interface Side {
  readonly name: "original" | "praetor";
  readonly url: string;
  ask(call: Call): Promise<Answer>;
  /** Forgets everything that calls made. */
  clear(): Promise<void>;
}

export interface Sides {
  readonly original: Side;
  readonly praetor: Side;
  stop(): Promise<void>;
}

/** Services would change runs behind the calls, at times of their own; and nobody comes while a request waits in line. */
const quiet = ({ options, environment, ...command }: Command): Command => ({
  ...command,
  environment: { ...environment, PRAETOR_CONCURRENCY_SLOT_HOLD_SECONDS: "0" },
  options: (port) => [...options(port), "--no-services"],
});

const CLEAR = {
  original: `delete from flow; delete from flow_run; delete from task_run; delete from log; delete from artifact; delete from artifact_collection;
    delete from variable; delete from saved_search; delete from concurrency_limit; delete from concurrency_limit_v2;
    delete from task_run_state_cache; delete from flow_run_input; delete from configuration where key <> 'ENCRYPTION_KEY'`,
  praetor: `delete from orion.flow; delete from orion.flow_run; delete from orion.task_run; delete from events.log; delete from orion.artifact;
    delete from orion.artifact_collection; delete from orion.variable; delete from orion.saved_search;
    delete from orion.concurrency_lease; delete from orion.concurrency_limit; delete from orion.task_run_state_cache;
    delete from orion.configuration where key like 'default_result%'; delete from orion.outbox`,
} as const;

export async function startSides(): Promise<Sides> {
  const cluster = await startCluster();
  const home = await mkdtemp(join(tmpdir(), "differential-"));
  const place = { socketFolder: cluster.socketFolder };
  const databases = { original: await cluster.createDatabase("original"), praetor: await cluster.createDatabase("praetor") };
  // What a crash would lose here nobody misses. The cluster's own settings stand on its command line, above `alter system`.
  await databases.original.query("alter database original set synchronous_commit = off");
  const started = await Promise.all([
    start(quiet(originalCommand(place.socketFolder, home))),
    start(quiet(praetorCommand(place))),
  ]);
  const [original, praetor] = started;
  return {
    original: side("original", original.port, databases.original),
    praetor: side("praetor", praetor.port, databases.praetor),
    async stop() {
      await Promise.all(started.map(({ child }) => stopChild(child)));
      await cluster.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function side(name: Side["name"], port: number, database: Client): Side {
  const url = `http://127.0.0.1:${port}/api`;
  return {
    name,
    url,
    ask: (call) => ask(url, call),
    clear: async () => void (await database.query(CLEAR[name])),
  };
}
