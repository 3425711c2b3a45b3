import { readFileSync } from "node:fs";
import type { FlowRunPolicy, TaskRunPolicy } from "@praetor/wire";
import type { FlowRunSurroundings } from "../facts.ts";
import type { State, StateType } from "../state.ts";
import type { FlowRunEvent } from "../event.ts";

/** A state as the record writes it: times are seconds from the moment of proposing. */
export interface RecordedState {
  readonly type: StateType;
  readonly name?: string;
  readonly message?: string;
  readonly data?: unknown;
  readonly state_details?: Readonly<Record<string, unknown>>;
}

export interface RecordedLimit {
  readonly limit: number;
  readonly taken: number;
  readonly strategy?: "ENQUEUE" | "CANCEL_NEW";
  readonly inactive?: boolean;
  /** The slots taken, one for the run still counted, when the run's lease was removed behind its back. */
  readonly lost?: number;
}

interface Variant {
  readonly force?: boolean;
  readonly proposals?: readonly string[];
}

export interface FlowVariant extends Variant {
  readonly late?: boolean;
  readonly deployed?: boolean | "gone";
  readonly limit?: RecordedLimit;
  readonly parent?: boolean;
  readonly pid?: string;
  readonly policy?: Partial<FlowRunPolicy>;
  readonly api?: string;
  readonly client?: string | null;
}

export interface TaskVariant extends Variant {
  /** What the enclosing flow run went through since it ran; null when there is none. */
  readonly flow: readonly RecordedState[] | null;
  readonly details?: { readonly deferred: boolean };
  readonly tags?: readonly RecordedLimit[];
  readonly policy?: Partial<TaskRunPolicy>;
}

/** What a time was: that of the initial state, its scheduled time, another one, or none. */
type RecordedTime = "none" | "now" | "due" | "kept";

export interface RecordedColumns {
  readonly run_count: number;
  readonly start: RecordedTime;
  readonly end: RecordedTime;
  readonly expected: RecordedTime;
  readonly next: RecordedTime;
}

export interface FlowBefore extends RecordedColumns {
  readonly policy: readonly [boolean, readonly string[], FlowRunPolicy["retry_type"]];
  readonly slots: number;
  readonly lease: "live" | "lost" | null;
}

export interface TaskBefore extends RecordedColumns {
  readonly attempt: number;
  readonly held: boolean;
}

interface Cases<V, Before> {
  readonly initials: Readonly<Record<string, readonly RecordedState[]>>;
  readonly proposals: Readonly<Record<string, RecordedState>>;
  readonly variants: Readonly<Record<string, V>>;
  readonly befores: readonly Before[];
  readonly groups: readonly { variant: string; initial: string; before: number; answers: readonly number[] }[];
}

interface RecordedEvent {
  readonly run: {
    readonly id: string;
    readonly name: string;
    readonly tags: string[];
    readonly surroundings: FlowRunSurroundings;
  };
  readonly initial: State | null;
  readonly written: State;
  readonly event: FlowRunEvent;
}

interface TransitionRecord {
  readonly answers: readonly string[];
  readonly events: readonly RecordedEvent[];
  readonly flow: Cases<FlowVariant, FlowBefore>;
  readonly task: Cases<TaskVariant, TaskBefore>;
}

/** One proposal made to the original, and its answer in words. */
export interface Case<V, Before> {
  readonly name: string;
  readonly variant: V;
  readonly steps: readonly RecordedState[];
  readonly proposal: RecordedState;
  readonly before: Before;
  readonly answer: string;
}

/** What `conformance/record/transitions.py` wrote. */
export const record: TransitionRecord = JSON.parse(readFileSync(new URL("transitions.json", import.meta.url), "utf8"));

/** All proposals of one kind of run, one by one. */
export function casesOf<V extends Variant, Before>(kind: Cases<V, Before>): Case<V, Before>[] {
  return kind.groups.flatMap((group) => {
    const variant = known(kind.variants, group.variant);
    const steps = known(kind.initials, group.initial);
    return (variant.proposals ?? Object.keys(kind.proposals)).map((proposal, index) => ({
      name: `${group.variant}: ${group.initial} -> ${proposal}`,
      variant,
      steps,
      proposal: known(kind.proposals, proposal),
      before: kind.befores[group.before] ?? unknown(`state before ${group.variant}`),
      answer: record.answers[group.answers[index] ?? -1] ?? unknown(`answer to ${proposal}`),
    }));
  });
}

function known<T>(things: Readonly<Record<string, T>>, name: string): T {
  return things[name] ?? unknown(name);
}

function unknown(name: string): never {
  throw new Error(`The record has no ${name}`);
}
