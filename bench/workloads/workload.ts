import type { Cluster } from "../contestants/cluster.ts";
import type { Contestant, Name } from "../contestants/contestant.ts";

/** What the process that makes the load is told. */
export interface Task {
  readonly url: string;
  readonly socketUrl: string;
  readonly connections: number;
  readonly seconds: number;
  /** 0 is the warm-up, which is not counted. Rounds use rows of their own. */
  readonly round: number;
  /** Rows that were seeded for a round. */
  readonly rows: number;
  /** What the same load reached in the round before, per second; 0 in the warm-up. */
  readonly expected: number;
}

/** What the load saw. */
export interface Seen {
  /** Operations that succeeded, and the seconds they took together. */
  readonly operations: number;
  readonly seconds: number;
  /** Operations in all, where more were made than those that the rate counts; the CPU is divided by them. */
  readonly total?: number;
  readonly failures: number;
  readonly firstFailure?: string | undefined;
  /** More numbers, by the heading they are printed under. */
  readonly details: Readonly<Record<string, number>>;
}

export type Drive = (task: Task) => Promise<Seen>;

/** One round of one workload on one contestant. */
export interface Measurement {
  /** In the workload's unit. */
  readonly value: number;
  readonly failures: number;
  readonly firstFailure?: string | undefined;
  readonly details: Readonly<Record<string, number>>;
}

export interface Stage {
  readonly cluster: Cluster;
  readonly seconds: number;
  readonly rounds: number;
}

export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly better: "more" | "less";
  /** The least ratio to the original that is asked for, and the one that is aimed at. */
  readonly least: number;
  readonly aim: number;
  /** What Praetor's details are to stay under, by their heading. */
  readonly ceilings?: Readonly<Record<string, number>>;
  /** One round and no warm-up: it is long, and starts servers of its own. */
  readonly once?: true;
  /** Rows for all rounds and the warm-up, before any of them. */
  prepare(contestant: Contestant, stage: Stage): Promise<void>;
  measure(contestant: Contestant, round: number, stage: Stage, expected: number): Promise<Measurement>;
}

/** Rows that a round can use up: more than a contestant gets through. */
export function rowsPerRound(name: Name, seconds: number): number {
  return Math.ceil(seconds * (name === "praetor" ? 8000 : 500));
}
