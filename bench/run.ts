/**
 * Praetor and the original side by side on one PostgreSQL, in turn, and pgbench beside them:
 *
 *     npm run bench -- [--only create,filter] [--rounds 3] [--seconds 8] [--quick] [--write]
 *
 * README.md says what is measured and how; `--write` puts the result there.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import { build } from "../scripts/build.ts";
import { type Cluster, startCluster } from "./contestants/cluster.ts";
import { originalCommand, praetorCommand } from "./contestants/commands.ts";
import { type Contestant, contestant, type Name, start } from "./contestants/contestant.ts";
import { openPgbench, type Pgbench } from "./contestants/pgbench.ts";
import { type MemoryUse, render, type Report } from "./report.ts";
import { workloads } from "./workloads/index.ts";
import type { Measurement, Stage, Workload } from "./workloads/workload.ts";

const IDLE_SECONDS = 5;
/** Timers that were due while a server stood still run off in this time. */
const THAW_MILLISECONDS = 500;

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "8" },
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const rounds = options.quick ? 1 : Number(options.rounds);
const seconds = options.quick ? 2 : Number(options.seconds);
const names = options.only?.split(",");
const chosen = workloads.filter(({ name }) => names === undefined || names.includes(name));
if (chosen.length === 0) throw new Error(`The workloads are ${workloads.map(({ name }) => name).join(", ")}.`);

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Runs `work` with this contestant awake and every other one standing still. */
async function awake<T>(contestant: Contestant, work: () => Promise<T>): Promise<T> {
  contestant.thaw();
  await pause(THAW_MILLISECONDS);
  try {
    return await work();
  } catch (error) {
    say(`${contestant.name} printed last:\n${contestant.lastWords()}`);
    throw error;
  } finally {
    contestant.freeze();
  }
}

async function measure(workload: Workload, contestants: readonly Contestant[], stage: Stage, between: () => Promise<void>) {
  const results: Record<Name, Measurement[]> = { praetor: [], original: [] };
  for (const each of contestants) await awake(each, () => workload.prepare(each, stage));
  const [first, last] = workload.once ? [1, 1] : [0, rounds];
  for (let round = first; round <= last; round++) {
    for (const each of contestants) {
      const expected = results[each.name].at(-1)?.value ?? 0;
      const result = await awake(each, () => workload.measure(each, round, stage, expected));
      results[each.name].push(result);
      say(
        `${workload.name} ${round === 0 ? "warm-up" : `round ${round}`} ${each.name}: ${result.value.toFixed(2)} ${workload.unit}`,
      );
      if (result.firstFailure !== undefined) say(`  ${result.failures} failed; the first: ${result.firstFailure}`);
    }
    if (round > 0) await between();
  }
  const warmUps = 1 - first;
  return { praetor: results.praetor.slice(warmUps), original: results.original.slice(warmUps) };
}

async function bench(cluster: Cluster, contestants: readonly Contestant[], pgbench: Pgbench | undefined): Promise<Report> {
  const stage: Stage = { cluster, seconds, rounds };
  const idle = contestants.map((each) => each.residentMegabytes());
  const transactions: number[] = [];
  const results = [];
  for (const workload of chosen) {
    const peer = workload.name === "set-state" ? pgbench : undefined;
    const between = async () => void (peer && transactions.push(await peer.run(seconds)));
    try {
      results.push({ workload, rounds: await measure(workload, contestants, stage, between) });
    } catch (error) {
      say(`${workload.name} failed and is left out: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
  // Both are measured alike before and after: awake, and with nothing to do for a while.
  for (const each of contestants) each.thaw();
  await pause(IDLE_SECONDS * 1000);
  const memory: MemoryUse[] = contestants.map((each, index) => ({
    name: each.name,
    idleMegabytes: idle[index] ?? 0,
    loadedMegabytes: each.residentMegabytes(),
  }));
  return {
    postgresVersion: cluster.version,
    workloads: results,
    pgbench: transactions.length > 0 ? transactions : undefined,
    memory,
  };
}

const MARK = "<!-- result -->";

async function write(result: string): Promise<void> {
  const path = join(import.meta.dirname, "README.md");
  const [text = ""] = (await readFile(path, "utf8")).split(MARK);
  await writeFile(path, `${text}${MARK}\n\n${result}\n`);
}

// The launcher would build what is stale, and no start shall pay for that.
await build();
const cluster = await startCluster();
const home = await mkdtemp(join(tmpdir(), "bench-original-"));
const contestants: Contestant[] = [];
let pgbench: Pgbench | undefined;
try {
  const places = { praetor: await cluster.createDatabase("praetor"), original: await cluster.createDatabase("original") };
  contestants.push(contestant("praetor", await start(praetorCommand(cluster)), places.praetor));
  contestants.push(contestant("original", await start(originalCommand(cluster.socketFolder, home)), places.original));
  pgbench = chosen.some(({ name }) => name === "set-state") ? await openPgbench(cluster) : undefined;
  await pause(IDLE_SECONDS * 1000);
  for (const each of contestants) each.freeze();
  const report = await bench(cluster, contestants, pgbench);
  const result = render(report);
  process.stdout.write(`${result}\n`);
  if (options.write) await write(result);
} finally {
  for (const each of contestants) {
    each.thaw();
    await each.stop();
  }
  await pgbench?.close();
  await cluster.stop();
  await rm(home, { recursive: true, force: true });
}
