/** What a run has seen so far, and how it is told. */
import { operationOf } from "./call.ts";
import { type Difference, signatureOf } from "./compare.ts";
import { type Outcome, told } from "./play.ts";

export const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Of a kind of difference so many sequences are named. */
const NAMED = 20;

export class Tally {
  readonly #begun = performance.now();
  readonly #found = new Map<string, number[]>();
  readonly #explained = new Map<string, number>();
  readonly #answered = new Map<string, number>();
  readonly #verbose: boolean;
  #played = 0;
  #calls = 0;
  #unrepeatable = 0;

  constructor(verbose: boolean) {
    this.#verbose = verbose;
  }

  /** Counts a sequence that was played. */
  count(seed: number, { calls, answered, explained }: Outcome): void {
    this.countCalls(calls);
    for (const [kind, times] of answered) this.#answered.set(kind, (this.#answered.get(kind) ?? 0) + times);
    for (const { difference, documented } of explained) {
      const reason = `${operationOf(difference.call)}: ${documented}`;
      const times = (this.#explained.get(reason) ?? 0) + 1;
      this.#explained.set(reason, times);
      if (this.#verbose && times === 1)
        say(`\nseed ${seed}, explained: ${told(difference)}\n  ${JSON.stringify(difference.call)}`);
    }
  }

  countCalls(calls: number): void {
    this.#played++;
    this.#calls += calls;
  }

  /** Whether the difference is the first of its kind. */
  find(seed: number, difference: Difference): boolean {
    const signature = signatureOf(difference);
    const seeds = this.#found.get(signature) ?? [];
    this.#found.set(signature, [...seeds, seed]);
    return seeds.length === 0;
  }

  /** Forgets a difference that was not seen again. */
  forget(difference: Difference): void {
    this.#found.delete(signatureOf(difference));
    this.#unrepeatable++;
  }

  get isClean(): boolean {
    return this.#found.size === 0;
  }

  progress(total: number): void {
    const seconds = (performance.now() - this.#begun) / 1000;
    const rate = (this.#calls / seconds).toFixed(0);
    say(
      `${this.#played} of ${total} sequences, ${this.#calls} calls, ${rate}/s, ${this.#found.size} kinds of difference, ${seconds.toFixed(0)} s`,
    );
  }

  tell(): void {
    for (const [reason, times] of [...this.#explained].toSorted(([, one], [, other]) => other - one))
      console.log(`explained ${times} times: ${reason}`);
    if (this.#verbose)
      for (const kind of [...this.#answered.keys()].toSorted())
        console.log(`${String(this.#answered.get(kind)).padStart(7)}  ${kind}`);
    for (const [signature, seeds] of [...this.#found].toSorted(([, one], [, other]) => other.length - one.length))
      console.log(`different ${seeds.length} times: ${signature}\n  seeds ${seeds.slice(0, NAMED).join(",")}`);
    console.log(
      `${this.#played} sequences, ${this.#calls} calls, ${this.#found.size} kinds of unexplained difference, ${this.#unrepeatable} seen once and not again`,
    );
  }
}
