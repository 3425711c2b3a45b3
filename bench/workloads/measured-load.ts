import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { cpuSeconds } from "../contestants/processes.ts";
import type { Contestant } from "../contestants/contestant.ts";
import { type Measurement, rowsPerRound, type Seen, type Stage, type Task } from "./workload.ts";

const WORKER = join(import.meta.dirname, "../load/worker.ts");

/** Longest that a load may outlast the seconds it was given. */
const GRACE_SECONDS = 60;

/** Runs a workload's `drive` in a process of its own, and counts what it cost the server and PostgreSQL. */
export async function measureLoad(
  workload: { readonly name: string; readonly connections: number },
  contestant: Contestant,
  round: number,
  { cluster, seconds }: Stage,
  expected: number,
): Promise<Measurement> {
  const { url, socketUrl, name } = contestant;
  const task: Task = {
    url,
    socketUrl,
    connections: workload.connections,
    seconds: round === 0 ? Math.min(seconds, 2) : seconds,
    round,
    rows: rowsPerRound(name, seconds),
    expected,
  };
  const before = { server: contestant.cpu(), database: cpuSeconds(cluster.pid) };
  const seen = await runWorker(workload.name, task);
  const server = contestant.cpu() - before.server;
  const database = cpuSeconds(cluster.pid) - before.database;
  const operations = Math.max(1, seen.total ?? seen.operations);
  return {
    value: seen.operations / seen.seconds,
    failures: seen.failures,
    firstFailure: seen.firstFailure,
    details: {
      ...seen.details,
      "server CPU ms": (server / operations) * 1000,
      "PostgreSQL CPU ms": (database / operations) * 1000,
    },
  };
}

async function runWorker(workload: string, task: Task): Promise<Seen> {
  const timeout = (2 * task.seconds + GRACE_SECONDS) * 1000;
  const { stdout } = await promisify(execFile)(process.execPath, [WORKER, workload, JSON.stringify(task)], { timeout });
  return JSON.parse(stdout) as Seen;
}
