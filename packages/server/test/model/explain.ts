import { type Answer, type Operation, perform, type World } from "./reference.ts";

/** Nobody was told what became of it: the connection broke. It happened, or it did not. */
export const UNKNOWN = "unknown";

export interface Done {
  readonly operation: Operation;
  readonly answer: Answer;
}

/**
 * The worlds in which everybody can have been told what they were told: operations that happen at once happened in some
 * order. None means that no order explains the answers.
 */
export function explanations(worlds: readonly World[], moment: readonly Done[]): World[] {
  const found = new Map<string, World>();
  for (const world of worlds) for (const end of endsOf(world, moment)) found.set(JSON.stringify(end), end);
  return [...found.values()];
}

function* endsOf(world: World, rest: readonly Done[]): Generator<World> {
  if (rest.length === 0) {
    yield world;
    return;
  }
  for (const next of rest) {
    const others = rest.filter((other) => other !== next);
    const outcome = perform(world, next.operation);
    if (next.answer === UNKNOWN || next.answer === outcome.answer) yield* endsOf(outcome.world, others);
    if (next.answer === UNKNOWN) yield* endsOf(world, others);
  }
}
