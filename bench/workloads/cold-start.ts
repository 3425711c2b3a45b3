import { mkdtemp, chmod, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "../contestants/cluster.ts";
import { originalCommand, praetorCommand } from "../contestants/commands.ts";
import { type Command, type Name, start, stopChild } from "../contestants/contestant.ts";
import type { Workload } from "./workload.ts";

async function timed(command: Command): Promise<number> {
  const { child, seconds } = await start(command);
  await stopChild(child);
  return seconds;
}

/** Praetor makes and starts a PostgreSQL of its own; the original is given an empty database of a running one. */
async function commandFor(name: Name, cluster: Cluster, folder: string): Promise<Command> {
  if (name === "praetor") return praetorCommand({ dataFolder: join(folder, "data") });
  await cluster.createDatabase("original_cold");
  const command = originalCommand(cluster.socketFolder, folder);
  const url = `postgresql+asyncpg://praetor@/original_cold?host=${cluster.socketFolder}`;
  return { ...command, environment: { ...command.environment, PREFECT_API_DATABASE_CONNECTION_URL: url } };
}

export const workload: Workload = {
  name: "cold-start",
  title: "start until healthy, on data that exist (first start: empty)",
  unit: "s",
  better: "less",
  least: 1,
  aim: 1,
  async prepare() {},
  async measure(contestant, _round, { cluster }) {
    const folder = await mkdtemp(join(tmpdir(), "bench-start-"));
    await chmod(folder, 0o755);
    try {
      const command = await commandFor(contestant.name, cluster, folder);
      const first = await timed(command);
      return { value: await timed(command), failures: 0, details: { "first start s": first } };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
