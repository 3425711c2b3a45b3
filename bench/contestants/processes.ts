/** What the kernel says of a process and everything that it started: CPU time and resident memory. */
import { readdirSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  /** Of the process and of its children that have ended, in seconds. */
  readonly cpu: number;
  readonly residentBytes: number;
}

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the name in parentheses and may hold spaces.
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const ticks = fields.slice(11, 15).reduce((sum, part) => sum + part, 0);
    return { pid, parent: fields[1] ?? 0, cpu: ticks / TICKS_PER_SECOND, residentBytes: (fields[21] ?? 0) * PAGE_BYTES };
  } catch {
    return undefined;
  }
}

/** A process with all its living descendants. */
function tree(root: number): Stat[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const all = pids.map((pid) => statOf(Number(pid))).filter((stat) => stat !== undefined);
  const members = new Set([root]);
  for (let size = 0; size !== members.size; ) {
    size = members.size;
    for (const { pid, parent } of all) if (members.has(parent)) members.add(pid);
  }
  return all.filter(({ pid }) => members.has(pid));
}

/** Seconds of CPU that the process and all that it ever started have used. */
export function cpuSeconds(root: number): number {
  return tree(root).reduce((sum, { cpu }) => sum + cpu, 0);
}

export function residentMegabytes(root: number): number {
  return tree(root).reduce((sum, { residentBytes }) => sum + residentBytes, 0) / 2 ** 20;
}

/** Stops the process and its descendants where they stand, or lets them go on, so that the one not measured is silent. */
export function signalTree(root: number, signal: "SIGSTOP" | "SIGCONT"): void {
  for (const { pid } of tree(root)) process.kill(pid, signal);
}
