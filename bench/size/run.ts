/**
 * The same questions at several sizes, Praetor and the original side by side on one PostgreSQL:
 *
 *     npm run bench:size -- [--sizes 10000,1000000] [--task-runs 0] [--logs 0] [--states 1] [--seconds 12]
 *                           [--only praetor] [--write]
 *
 * README.md says what is measured; `--write` puts the result there.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "../../scripts/build.ts";
import { type Cluster, startCluster } from "../contestants/cluster.ts";
import { originalCommand, praetorCommand } from "../contestants/commands.ts";
import { type Contestant, contestant, start } from "../contestants/contestant.ts";
import { seedRuns } from "../seed.ts";
import { measureLoad } from "../workloads/measured-load.ts";
import { rowsPerRound, type Stage } from "../workloads/workload.ts";
import { type Figures, renderSizes } from "./report.ts";
import { seedSize } from "./seed.ts";

const { values: options } = parseArgs({
  options: {
    sizes: { type: "string", default: "10000,1000000" },
    "task-runs": { type: "string", default: "0" },
    logs: { type: "string", default: "0" },
    states: { type: "string", default: "1" },
    seconds: { type: "string", default: "12" },
    only: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const sizes = options.sizes.split(",").map(Number);
const seconds = Number(options.seconds);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const LIMITS = [
  { name: "bench", limit: 1000 },
  { name: "one", limit: 1 },
];

async function makeLimits({ url }: Contestant): Promise<void> {
  for (const limit of LIMITS) {
    const headers = { "content-type": "application/json" };
    await fetch(`${url}/v2/concurrency_limits/`, { method: "POST", headers, body: JSON.stringify(limit) });
  }
}

async function measure(each: Contestant, cluster: Cluster, flowRuns: number): Promise<Figures> {
  const begun = performance.now();
  const size = {
    flowRuns,
    statesEach: Number(options.states),
    taskRuns: Number(options["task-runs"]),
    logs: Number(options.logs),
  };
  await seedSize(each, size);
  say(`${each.name} ${flowRuns}: seeded in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  const stage: Stage = { cluster, seconds, rounds: 1 };
  const load = async (name: string, connections: number, share: number) => {
    const part = { ...stage, seconds: seconds * share };
    await measureLoad({ name, connections }, each, 0, part, 0);
    const result = await measureLoad({ name, connections }, each, 1, part, 0);
    say(
      `${each.name} ${flowRuns} ${name}: ${result.value.toFixed(1)}/s ${result.firstFailure ?? ""} ${JSON.stringify(result.details)}`,
    );
    return result;
  };
  const dashboard = await load("dashboard", 1, 1);
  // Runs to be moved; they would be in every count of the last day.
  for (const round of [0, 1]) await seedRuns(each, round, rowsPerRound(each.name, seconds / 2), "PENDING");
  await each.database.query("checkpoint");
  return {
    contestant: each.name,
    flowRuns,
    dashboard,
    setState: await load("set-state", 32, 0.5),
    lease: await load("lease", 32, 0.5),
    handover: await load("slot-handover", 8, 0.5),
  };
}

const MARK = ["<!-- size result -->", "<!-- end of size result -->"] as const;

async function write(result: string): Promise<void> {
  const path = join(import.meta.dirname, "../README.md");
  const text = await readFile(path, "utf8");
  const [before = "", rest = ""] = text.split(MARK[0]);
  await writeFile(path, `${before}${MARK[0]}\n\n${result}\n\n${MARK[1]}${rest.split(MARK[1])[1] ?? ""}`);
}

await build();
const cluster = await startCluster();
const home = await mkdtemp(join(tmpdir(), "bench-original-"));
const contestants: Contestant[] = [];
try {
  const wanted = (name: string) => options.only === undefined || options.only === name;
  if (wanted("praetor")) {
    const place = await cluster.createDatabase("praetor");
    contestants.push(contestant("praetor", await start(praetorCommand(cluster)), place));
  }
  if (wanted("original")) {
    const place = await cluster.createDatabase("original");
    contestants.push(contestant("original", await start(originalCommand(cluster.socketFolder, home)), place));
  }
  for (const each of contestants) await makeLimits(each);
  const figures: Figures[] = [];
  for (const flowRuns of sizes) {
    for (const each of contestants) {
      for (const other of contestants)
        if (other === each) other.thaw();
        else other.freeze();
      figures.push(await measure(each, cluster, flowRuns));
    }
  }
  const result = renderSizes(figures);
  process.stdout.write(`${result}\n`);
  if (options.write) await write(result);
} finally {
  for (const each of contestants) {
    each.thaw();
    await each.stop();
  }
  await cluster.stop();
  await rm(home, { recursive: true, force: true });
}
