import { type Answer, type Call, operationOf } from "./call.ts";
import { type Difference, firstDifference, type Said } from "./compare.ts";
import { explanationOf, withoutHidden } from "./explained.ts";
import { Normaliser } from "./normalise.ts";
import { inOrder } from "./order.ts";
import { References } from "./references.ts";
import type { Side, Sides } from "./sides.ts";
import type { Step } from "./slots.ts";

interface Explained {
  readonly documented: string;
  readonly difference: Difference;
}

/** What came of a sequence: where the servers differed first without a reason, and what was seen on the way. */
export interface Outcome {
  readonly calls: number;
  readonly difference?: Difference;
  readonly explained: readonly Explained[];
  /** By operation and status, how often the original answered so. */
  readonly answered: ReadonlyMap<string, number>;
}

/** Between the moments that sequences name and the present; no multiple of what is counted from now. */
const BASE_MILLISECONDS = -17 * 60_000;

class Player {
  readonly #side: Side;
  readonly #references: References;
  readonly #normaliser: Normaliser;

  constructor(side: Side, begun: number) {
    this.#side = side;
    this.#references = new References(begun + BASE_MILLISECONDS);
    this.#normaliser = new Normaliser(begun);
  }

  /** The answer, made comparable, and what was asked. */
  async play(call: Call): Promise<{ readonly asked: Call; readonly answer: Answer }> {
    const resolved = this.#references.resolve(call);
    const answer = await this.#side.ask(resolved);
    this.#references.learn(call, answer);
    const shown = withoutHidden(call, answer.body);
    const body = call.path.endsWith("/lateness") ? this.#normaliser.span(shown) : shown;
    const shownInOrder = this.#normaliser.normalise({ ...answer, body: inOrder(call, body, this.#normaliser) });
    return { asked: this.#normaliser.asked(resolved), answer: shownInOrder };
  }
}

/** Plays a sequence on both sides, from nothing, as far as they agree. */
export async function play(sides: Sides, sequence: readonly Call[]): Promise<Outcome> {
  await Promise.all([sides.original.clear(), sides.praetor.clear()]);
  const begun = Math.floor(Date.now() / 1000) * 1000;
  const [original, praetor] = [new Player(sides.original, begun), new Player(sides.praetor, begun)];
  const explained: Explained[] = [];
  const steps: Step[] = [];
  const answered = new Map<string, number>();
  for (const [index, call] of sequence.entries()) {
    const [{ asked, answer: theirs }, { answer: ours }] = await Promise.all([original.play(call), praetor.play(call)]);
    steps.push({ call: asked, theirs, ours });
    const kind = `${operationOf(call)} ${theirs.status}`;
    answered.set(kind, (answered.get(kind) ?? 0) + 1);
    const difference = firstDifference(call, theirs, ours);
    if (difference === undefined) continue;
    const explanation = explanationOf(difference, steps);
    if (explanation === undefined) return { calls: index + 1, difference: { ...difference, index }, explained, answered };
    explained.push({ documented: explanation.documented, difference });
    if (explanation.ends) return { calls: index + 1, explained, answered };
  }
  return { calls: sequence.length, explained, answered };
}

/** The difference as the sequence shows it, for people. */
export function told({ call, place, theirs, ours }: Difference): string {
  return `${operationOf(call)} at ${place}\n  original: ${shown(theirs)}\n  praetor:  ${shown(ours)}`;
}

function shown({ answer, value }: Said): string {
  return `${answer.status} ${JSON.stringify(value) ?? "absent"}`.slice(0, 1500);
}
