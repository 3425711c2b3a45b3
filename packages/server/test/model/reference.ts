import type { StateType } from "@praetor/wire";

/*
 * What runs of one deployment and the slots of its limit must do, said anew and as briefly as it can be: one thing after
 * the other, no clock, no database, none of the code under test.
 */

/** One step of somebody: the numbers say which run, and which earlier lease. */
export type Operation =
  | {
      readonly kind: "propose";
      readonly run: number;
      readonly type: StateType;
      readonly force: boolean;
      /** Whether the state carries a stored result. */
      readonly result: boolean;
      /** The same in a request that is sent again. */
      readonly transition: number;
    }
  /** `die`: the client of the run is heard of no more, and its lease ends. */
  | { readonly kind: "delete" | "die"; readonly run: number }
  /** `lose`: its holder is heard of no more, and it ends. */
  | { readonly kind: "take" | "give" | "renew" | "lose"; readonly lease: number };

/** What the one who did it was told: a verdict and a state, `ok`, `locked`, `gone`. */
export type Answer = string;

export interface RunModel {
  readonly history: readonly StateType[];
  /** Not to be begun before a time that no trace reaches. */
  readonly future: boolean;
  readonly result: boolean;
  readonly transition: number | null;
  /** Its slot: `lost` when its state still names a lease that has ended. */
  readonly slot: "none" | "live" | "lost";
}

export interface World {
  readonly slots: number;
  /** Undefined once deleted. */
  readonly runs: readonly (RunModel | undefined)[];
  /** The leases that live, by number. */
  readonly leases: readonly number[];
}

export function initialWorld(slots: number, runs: number): World {
  const run: RunModel = { history: ["SCHEDULED"], future: false, result: false, transition: null, slot: "none" };
  return { slots, runs: Array.from({ length: runs }, () => run), leases: [] };
}

const TERMINAL: ReadonlySet<StateType> = new Set(["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]);
const HOLDING: ReadonlySet<StateType> = new Set(["PENDING", "RUNNING", "CANCELLING"]);

export function free({ slots, runs, leases }: World): number {
  return slots - leases.length - runs.filter((run) => run?.slot === "live").length;
}

export const current = (run: RunModel): StateType => run.history.at(-1) ?? "SCHEDULED";

interface Outcome {
  readonly world: World;
  readonly answer: Answer;
}

export function perform(world: World, operation: Operation): Outcome {
  switch (operation.kind) {
    case "propose":
      return propose(world, operation);
    case "delete":
      return { world: withRun(world, operation.run, undefined), answer: world.runs[operation.run] ? "ok" : "gone" };
    case "take":
      if (world.leases.includes(operation.lease)) return { world, answer: "ok" };
      if (free(world) < 1) return { world, answer: "locked" };
      return { world: { ...world, leases: [...world.leases, operation.lease] }, answer: "ok" };
    case "renew":
      return { world, answer: world.leases.includes(operation.lease) ? "ok" : "gone" };
    case "give":
    case "lose":
      return { world: withoutLease(world, operation.lease), answer: "ok" };
    default:
      return { world: die(world, operation.run), answer: "ok" };
  }
}

const withoutLease = (world: World, lease: number): World => ({
  ...world,
  leases: world.leases.filter((other) => other !== lease),
});

const withRun = (world: World, index: number, run: RunModel | undefined): World => ({
  ...world,
  runs: world.runs.map((other, at) => (at === index ? run : other)),
});

function die(world: World, index: number): World {
  const run = world.runs[index];
  return run?.slot === "live" ? withRun(world, index, { ...run, slot: "lost" }) : world;
}

type Proposal = Extract<Operation, { kind: "propose" }>;

/** What comes of a proposal: a refusal that leaves the run as it is, another state instead, or the state itself. */
type Decision =
  | { readonly keeps: "ABORT" | "REJECT" | "WAIT" }
  | { readonly instead: StateType; readonly future?: boolean }
  | { readonly takes: boolean };

function propose(world: World, proposal: Proposal): Outcome {
  const run = world.runs[proposal.run];
  if (run === undefined) return { world, answer: "gone" };
  const decision = proposal.force ? decideForced(run, proposal) : decide(run, proposal, free(world) > 0);
  if ("keeps" in decision) return { world, answer: `${decision.keeps} ${current(run)}` };
  if ("instead" in decision) {
    const { instead: type, future = false } = decision;
    const next: RunModel = { history: [...run.history, type], future, result: false, transition: null, slot: "none" };
    return { world: withRun(world, proposal.run, next), answer: `REJECT ${type}` };
  }
  const next: RunModel = {
    history: [...run.history, proposal.type],
    // A submitted run keeps the time at which it was scheduled.
    future: !proposal.force && proposal.type === "PENDING" && current(run) === "SCHEDULED" && run.future,
    result: proposal.result,
    transition: proposal.transition,
    slot: slotAfter(run, proposal, decision.takes),
  };
  return { world: withRun(world, proposal.run, next), answer: `ACCEPT ${proposal.type}` };
}

function slotAfter({ slot }: RunModel, { type, force }: Proposal, takes: boolean): RunModel["slot"] {
  if (takes) return "live";
  if (slot === "live" && HOLDING.has(type)) return "live";
  // Only a state that was not forced goes on naming a lease that has ended.
  return slot === "none" || force ? "none" : "lost";
}

function decideForced(run: RunModel, { type, result }: Proposal): Decision {
  const from = current(run);
  if (from === "COMPLETED" && run.result && type === "COMPLETED" && !result) return { keeps: "REJECT" };
  if (from === "SCHEDULED" && type === "CANCELLING") return { instead: "CANCELLED" };
  return { takes: false };
}

/** The way out of a terminal state is open, unless it would lose a result, or end what has ended in another way. */
function decideTerminal(run: RunModel, { type, result }: Proposal): Decision | undefined {
  if (type === "CANCELLING" || type === "PAUSED" || type === "CRASHED") return { keeps: "ABORT" };
  if (current(run) !== "COMPLETED" || !run.result) return undefined;
  return !TERMINAL.has(type) || (type === "COMPLETED" && !result) ? { keeps: "REJECT" } : undefined;
}

function decide(run: RunModel, proposal: Proposal, room: boolean): Decision {
  const from = current(run);
  const { type } = proposal;
  if (run.transition === proposal.transition) return { keeps: "REJECT" };
  const ended = TERMINAL.has(from) ? decideTerminal(run, proposal) : undefined;
  if (ended) return ended;
  if (from === "CANCELLING" && type !== "CANCELLED") return { keeps: "REJECT" };
  if (from === "SCHEDULED" && type === "CANCELLING") return { instead: "CANCELLED" };
  if (type === "PENDING") return submit(run, room);
  if (type === "PAUSED") return from === "RUNNING" ? { takes: false } : { keeps: "REJECT" };
  if (from === "PAUSED" && type === "CANCELLING") return { keeps: "REJECT" };
  return type === "RUNNING" ? start(run, room) : { takes: false };
}

function submit(run: RunModel, room: boolean): Decision {
  const from = current(run);
  if (from === "PENDING" || from === "RUNNING" || from === "CANCELLED") return { keeps: "ABORT" };
  if (!room) return { instead: "SCHEDULED", future: true };
  return from === "PAUSED" ? { keeps: "REJECT" } : { takes: true };
}

function start(run: RunModel, room: boolean): Decision {
  const from = current(run);
  if (from === "PENDING" && run.slot === "lost" && !room) return { instead: "CANCELLED" };
  if ((from === "PENDING" || from === "SCHEDULED") && run.future) return { keeps: "WAIT" };
  return { takes: from === "PENDING" && run.slot === "lost" };
}
