import { setImmediate } from "node:timers/promises";
import { type Done, explanations } from "./explain.ts";
import { initialWorld, type World } from "./reference.ts";
import { planned, type Trace } from "./trace.ts";
import type { Lying, RealWorld, Stage } from "./world.ts";

/** A trace that no order of its operations explains, and how it was found. */
export interface Fault {
  readonly trace: Trace;
  readonly why: string;
}

interface Course {
  readonly trace: Trace;
  readonly stage: Stage;
  readonly told: readonly (readonly Done[])[];
}

/** Lets traces happen, all of them side by side, and holds what was told and what lies in the database to the reference. */
export async function checkTraces(real: RealWorld, traces: readonly Trace[], breaks: number): Promise<Fault[]> {
  const stages = await real.stage(traces);
  let over = false;
  const overfull = watch(real, () => over);
  const breaking = breakConnections(real, breaks, () => over);
  const courses = await Promise.all(
    traces.map(async (trace, index): Promise<Course> => {
      const stage = stages[index];
      if (stage === undefined) throw new Error("every trace has a stage");
      const told: Done[][] = [];
      for (const moment of planned(trace))
        told.push(await Promise.all(moment.map((operation, nth) => real.perform(stage, operation, nth))));
      return { trace, stage, told };
    }),
  );
  over = true;
  await breaking;
  const [runs, leases] = [await real.runs(stages), await real.liveLeases(stages)];
  const lost = lostRuns(real, runs);
  const full = await overfull;
  return courses.flatMap((course) => {
    const why = complaint(course, runs, leases, lost, full);
    return why === undefined ? [] : [{ trace: course.trace, why }];
  });
}

/** Looks over and over whether a limit has more slots in use than it has. */
async function watch(real: RealWorld, over: () => boolean): Promise<Set<string>> {
  const seen = new Set<string>();
  while (!over()) {
    // A database that is known to be away refuses at once: others must have their turn all the same.
    const full = await real.overfull().catch(() => setImmediate<[]>([]));
    for (const { name } of full) seen.add(name);
  }
  return seen;
}

async function breakConnections(real: RealWorld, times: number, over: () => boolean): Promise<void> {
  for (let time = 0; time < times && !over(); time++) await real.breakConnection();
}

/** Runs of which a state was acknowledged that is not in their history. */
function lostRuns(real: RealWorld, runs: ReadonlyMap<string, Lying>): Set<string> {
  const states = new Set([...runs.values()].flatMap(({ history }) => history.map(({ id }) => id)));
  const lost = real.acknowledged.filter(({ run, state }) => runs.has(run) && !states.has(state));
  return new Set(lost.map(({ run }) => run));
}

function complaint(
  { stage, told, trace }: Course,
  runs: ReadonlyMap<string, Lying>,
  leases: ReadonlySet<string>,
  lost: ReadonlySet<string>,
  overfull: ReadonlySet<string>,
): string | undefined {
  if (overfull.has(stage.name)) return "more slots were in use than there are";
  if (stage.runs.some((run) => lost.has(run))) return "an acknowledged state is not there";
  for (const id of stage.runs) {
    const run = runs.get(id);
    if (run && run.history.at(-1)?.id !== run.state_id) return "the current state is not the last of the history";
  }
  let worlds: World[] = [initialWorld(trace.slots, trace.runs)];
  for (const [index, moment] of told.entries()) {
    worlds = explanations(worlds, moment);
    if (worlds.length === 0) return `no order explains moment ${index}: ${JSON.stringify(told.slice(0, index + 1))}`;
  }
  if (worlds.some((world) => lies(world, stage, runs, leases))) return undefined;
  const lying = stage.runs.map((id) => runs.get(id));
  return `the database has ${JSON.stringify(lying)}, not ${JSON.stringify(worlds)}, after ${JSON.stringify(told)}`;
}

/** Whether the database is what this world says. */
function lies(world: World, stage: Stage, runs: ReadonlyMap<string, Lying>, leases: ReadonlySet<string>): boolean {
  const same = world.runs.every((model, index) => {
    const run = runs.get(stage.runs[index] ?? "");
    if (model === undefined || run === undefined) return model === run;
    const held = model.slot === "live" ? 1 : 0;
    return run.history.map(({ type }) => type).join() === model.history.join() && run.live_leases === held;
  });
  const live = [...stage.ids].filter(([key, id]) => key.startsWith("lease") && leases.has(id)).map(([key]) => key);
  return (
    same &&
    live.toSorted().join() ===
      world.leases
        .map((lease) => `lease ${lease}`)
        .toSorted()
        .join()
  );
}
