import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ORIGINAL_VERSION } from "../contestants/commands.ts";
import { cpuSeconds } from "../contestants/processes.ts";
import { pythonExecutable } from "../../scripts/python.ts";
import { clear } from "../seed.ts";
import type { Workload } from "./workload.ts";

const FLOW = join(import.meta.dirname, "../flows/many_tasks.py");

/** The client's own process, with a home of its own; answers the seconds that it printed. */
async function play(url: string): Promise<number> {
  const home = await mkdtemp(join(tmpdir(), "bench-client-"));
  const env = { ...process.env, PREFECT_HOME: home, PREFECT_API_URL: url, PREFECT_LOGGING_LEVEL: "ERROR", DO_NOT_TRACK: "1" };
  try {
    const { stdout } = await promisify(execFile)(pythonExecutable(ORIGINAL_VERSION), [FLOW], { env, timeout: 180_000 });
    return Number(stdout.trim().split("\n").at(-1));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

export const workload: Workload = {
  name: "client-flow",
  title: "the real client's flow of 200 tasks",
  unit: "s",
  better: "less",
  least: 1,
  aim: 1,
  prepare: (contestant) => clear(contestant),
  async measure(contestant, _round, { cluster }) {
    const before = { server: contestant.cpu(), database: cpuSeconds(cluster.pid) };
    const value = await play(contestant.url);
    const details = {
      "server CPU ms": (contestant.cpu() - before.server) * 1000,
      "PostgreSQL CPU ms": (cpuSeconds(cluster.pid) - before.database) * 1000,
    };
    return { value, failures: 0, details };
  },
};
