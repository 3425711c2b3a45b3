import { cpus, totalmem } from "node:os";
import { ORIGINAL_VERSION } from "./contestants/commands.ts";
import type { Name } from "./contestants/contestant.ts";
import { median } from "./load/percentile.ts";
import type { Measurement, Workload } from "./workloads/workload.ts";

export type Rounds = Readonly<Record<Name, readonly Measurement[]>>;

export interface MemoryUse {
  readonly name: Name;
  readonly idleMegabytes: number;
  readonly loadedMegabytes: number;
}

export interface Report {
  readonly postgresVersion: string;
  readonly workloads: readonly { readonly workload: Workload; readonly rounds: Rounds }[];
  /** Transactions a second, one a round; undefined where pgbench is not installed or set-state was not run. */
  readonly pgbench: readonly number[] | undefined;
  readonly memory: readonly MemoryUse[];
}

const number = (value: number): string =>
  value.toLocaleString("en-US", { maximumSignificantDigits: 3, maximumFractionDigits: 3 });

const medianOf = (rounds: readonly Measurement[]): number => median(rounds.map(({ value }) => value));

/** "p99 ms 3.2, server CPU ms 0.21", medians. */
function details(rounds: readonly Measurement[]): string {
  const headings = Object.keys(rounds[0]?.details ?? {});
  const shown = headings.map((heading) => `${heading} ${number(median(rounds.map((round) => round.details[heading] ?? 0)))}`);
  const failures = rounds.reduce((sum, round) => sum + round.failures, 0);
  return [...shown, ...(failures > 0 ? [`**${failures} failed**`] : [])].join(", ");
}

function ratioOf(workload: Workload, rounds: Rounds): number {
  const [ours, theirs] = [medianOf(rounds.praetor), medianOf(rounds.original)];
  return workload.better === "more" ? ours / theirs : theirs / ours;
}

function verdict(ratio: number, { least, aim }: Workload): string {
  if (ratio >= aim) return "aim reached";
  return ratio >= least ? "reached" : "**missed**";
}

function row({ workload, rounds }: Report["workloads"][number]): string[] {
  const ratio = ratioOf(workload, rounds);
  return [
    `${workload.title} (${workload.name})`,
    `${number(medianOf(rounds.praetor))} ${workload.unit}`,
    `${number(medianOf(rounds.original))} ${workload.unit}`,
    `${number(ratio)} x`,
    workload.aim === 1 ? "never worse" : `${workload.least} x / ${workload.aim} x`,
    verdict(ratio, workload),
  ];
}

function cost({ workload, rounds }: Report["workloads"][number]): string[] {
  return [workload.name, details(rounds.praetor), details(rounds.original)];
}

/** What Praetor is to stay under whatever the original does. */
function ceilingRows({ workload, rounds }: Report["workloads"][number]): string[][] {
  return Object.entries(workload.ceilings ?? {}).map(([heading, most]) => {
    const found = median(rounds.praetor.map(({ details }) => details[heading] ?? Number.NaN));
    return [workload.name, heading, number(found), number(most), found <= most ? "reached" : "**missed**"];
  });
}

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function peer(report: Report): string | undefined {
  const transitions = report.workloads.find(({ workload }) => workload.name === "set-state");
  if (report.pgbench === undefined || transitions === undefined) return undefined;
  const transactions = median(report.pgbench);
  const share = (medianOf(transitions.rounds.praetor) / transactions) * 100;
  return `Against pgbench with the same rows, one transaction for each transition, on the same cores: ${number(transactions)} transactions/s; set-state through HTTP and all rules reaches ${number(share)} % (least 40 %, aim 100 %).`;
}

/** The result as Markdown. */
export function render(report: Report): string {
  const memory = report.memory.map(({ name, idleMegabytes, loadedMegabytes }) => [
    name,
    `${number(idleMegabytes)} MB`,
    `${number(loadedMegabytes)} MB`,
    name === "praetor" ? "110 / 180 MB, aim 80 / 130 MB" : "",
  ]);
  const ceilings = report.workloads.flatMap(ceilingRows);
  const sections = [
    conditions(report),
    table(["workload", "Praetor", "original", "ratio", "least / aim", ""], report.workloads.map(row)),
    table(["medians of the rounds", "Praetor", "original"], report.workloads.map(cost)),
    ceilings.length > 0 ? table(["workload", "Praetor alone", "median", "at most", ""], ceilings) : undefined,
    peer(report),
    report.memory.length > 0 ? table(["resident memory", "idle", "after the load", "at most"], memory) : undefined,
  ];
  return sections.filter((section) => section !== undefined).join("\n\n");
}

function conditions({ postgresVersion }: Report): string {
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, ${number(totalmem() / 2 ** 30)} GiB`;
  const versions = `Node ${process.versions.node}, PostgreSQL ${postgresVersion}, prefect ${ORIGINAL_VERSION}`;
  const command = ["npm run bench --", ...process.argv.slice(2)].join(" ");
  return `${new Date().toISOString().slice(0, 10)}: ${machine}, ${versions}, \`${command}\`.`;
}
