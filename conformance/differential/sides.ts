/** The original and Praetor, each on a database of its own in one PostgreSQL, and both empty at the beginning of each sequence. */
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "pg";
import { type Cluster, startCluster } from "../../bench/contestants/cluster.ts";
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

export type Sides = Stoppable<{ readonly original: Side; readonly praetor: Side }>;

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
  return startOn(async (place) => {
    const [original, praetor] = await Promise.all([startOriginal(place), startPraetor(place)]);
    return { original, praetor };
  });
}

/** One of the two alone. */
export async function startSide(name: Side["name"]): Promise<Stoppable<Side>> {
  return startOn(name === "original" ? startOriginal : startPraetor);
}

type Stoppable<T> = T & { stop(): Promise<void> };

interface Place {
  readonly cluster: Cluster;
  readonly home: string;
  readonly started: (child: ChildProcess) => void;
}

async function startOn<T extends object>(starting: (place: Place) => Promise<T>): Promise<Stoppable<T>> {
  const cluster = await startCluster();
  const home = await mkdtemp(join(tmpdir(), "differential-"));
  const children: ChildProcess[] = [];
  const started = await starting({ cluster, home, started: (child) => void children.push(child) });
  return {
    ...started,
    async stop() {
      await Promise.all(children.map((child) => stopChild(child)));
      await cluster.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function startOriginal({ cluster, home, started }: Place): Promise<Side> {
  const database = await cluster.createDatabase("original");
  // What a crash would lose here nobody misses. The cluster's own settings stand on its command line, above `alter system`.
  await database.query("alter database original set synchronous_commit = off");
  const { child, port } = await start(quiet(originalCommand(cluster.socketFolder, home)));
  started(child);
  return side("original", port, database);
}

async function startPraetor({ cluster, started }: Place): Promise<Side> {
  const database = await cluster.createDatabase("praetor");
  const { child, port } = await start(quiet(praetorCommand({ socketFolder: cluster.socketFolder })));
  started(child);
  return side("praetor", port, database);
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
