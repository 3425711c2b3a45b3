import { SILENCE } from "./ask.ts";
import { type Answer, type Call, operationOf } from "./call.ts";
import { type Difference, firstDifference, type Said } from "./compare.ts";
import { explanationOf, withoutHidden } from "./explained.ts";
import { Normaliser } from "./normalise.ts";
import { inOrder } from "./order.ts";
import type { Recorded } from "./recording.ts";
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

/** Who answers the calls of a sequence, which began for it then, in milliseconds. */
interface Answerer {
  readonly begun: number;
  ask(call: Call): Promise<Answer>;
}

const referencesSince = (begun: number): References => new References(begun + BASE_MILLISECONDS);

class Player {
  readonly #answerer: Answerer;
  readonly #references: References;
  readonly #normaliser: Normaliser;

  constructor(answerer: Answerer) {
    this.#answerer = answerer;
    this.#references = referencesSince(answerer.begun);
    this.#normaliser = new Normaliser(answerer.begun);
  }

  /** The answer, made comparable, and what was asked. */
  async play(call: Call): Promise<{ readonly asked: Call; readonly answer: Answer }> {
    const resolved = this.#references.resolve(call);
    const answer = await this.#answerer.ask(resolved);
    this.#references.learn(call, answer);
    const shown = withoutHidden(call, answer.body);
    const body = call.path.endsWith("/lateness") ? this.#normaliser.span(shown) : shown;
    const shownInOrder = this.#normaliser.normalise({ ...answer, body: inOrder(call, body, this.#normaliser) });
    return { asked: this.#normaliser.asked(resolved), answer: shownInOrder };
  }
}

const presentSecond = (): number => Math.floor(Date.now() / 1000) * 1000;

/** Plays a sequence on both sides, from nothing, as far as they agree. */
export async function play({ original, praetor }: Sides, sequence: readonly Call[]): Promise<Outcome> {
  await Promise.all([original.clear(), praetor.clear()]);
  const begun = presentSecond();
  return compare({ begun, ask: (call) => original.ask(call) }, { begun, ask: (call) => praetor.ask(call) }, sequence);
}

/** Plays a sequence on Praetor alone, and holds it against what the original answered once. */
export async function playAgainst({ sequence, begun, answers }: Recorded, praetor: Side): Promise<Outcome> {
  await praetor.clear();
  const left = answers.values();
  const original = async (): Promise<Answer> => {
    const { value } = left.next();
    if (value === undefined) throw new Error("the record ends before its sequence");
    return value;
  };
  return compare({ begun, ask: original }, { begun: presentSecond(), ask: (call) => praetor.ask(call) }, sequence);
}

/** Plays a whole sequence on the original alone; undefined where it was silent for once. */
export async function record(seed: number, sequence: readonly Call[], original: Side): Promise<Recorded | undefined> {
  await original.clear();
  const begun = presentSecond();
  const references = referencesSince(begun);
  const answers: Answer[] = [];
  for (const call of sequence) {
    const answer = await original.ask(references.resolve(call));
    if (answer === SILENCE) return undefined;
    references.learn(call, answer);
    answers.push(answer);
  }
  return { seed, begun, sequence, answers };
}

async function compare(original: Answerer, praetor: Answerer, sequence: readonly Call[]): Promise<Outcome> {
  const [one, other] = [new Player(original), new Player(praetor)];
  const explained: Explained[] = [];
  const steps: Step[] = [];
  const answered = new Map<string, number>();
  for (const [index, call] of sequence.entries()) {
    const [{ asked, answer: theirs }, { answer: ours }] = await Promise.all([one.play(call), other.play(call)]);
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
