import { fromMicroseconds, microseconds, type Timestamp } from "@praetor/wire";
import type { Clock } from "../clock.ts";

/** Counts microseconds from any beginning, and is never set. */
export type Counter = () => number;

/** Asks PostgreSQL for the time. */
export type AskTime = () => Promise<Timestamp>;

const machineCounter: Counter = () => performance.now() * 1000;

/** What is nearer than this cannot be told from the time that the question took. */
const TOLERANCE_MICROSECONDS = 1000;

/**
 * PostgreSQL's clock, as a process knows it without asking each time: what it said last, and what the machine's counter has
 * counted since. All servers of a database so agree on the time, whatever their own clocks say and however those are set.
 */
export class DatabaseClock implements Clock {
  readonly #ask: AskTime;
  readonly #counter: Counter;
  /** Microseconds by which PostgreSQL's clock is ahead of the counter. */
  #ahead: number;

  private constructor(ask: AskTime, counter: Counter, ahead: number) {
    this.#ask = ask;
    this.#counter = counter;
    this.#ahead = ahead;
  }

  /** @throws DatabaseUnavailable */
  static async open(ask: AskTime, counter: Counter = machineCounter): Promise<DatabaseClock> {
    return new DatabaseClock(ask, counter, (await difference(ask, counter)).ahead);
  }

  now(): Timestamp {
    return fromMicroseconds(Math.floor(this.#ahead + this.#counter()));
  }

  /** Asks once more, since counters drift and machines sleep. @throws DatabaseUnavailable */
  async follow(): Promise<void> {
    const { ahead, unsure } = await difference(this.#ask, this.#counter);
    if (Math.abs(ahead - this.#ahead) > unsure + TOLERANCE_MICROSECONDS) this.#ahead = ahead;
  }
}

/** How far PostgreSQL's clock is ahead of a counter, and how far that may be off, in microseconds. */
async function difference(ask: AskTime, counter: Counter): Promise<{ ahead: number; unsure: number }> {
  const asked = counter();
  const told = microseconds(await ask());
  const unsure = (counter() - asked) / 2;
  return { ahead: told - asked - unsure, unsure };
}
