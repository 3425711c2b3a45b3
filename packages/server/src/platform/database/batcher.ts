import { DatabaseUnavailable } from "./failures.ts";

export interface BatcherOptions<I, O> {
  /** Most items of one round trip. */
  readonly maximum: number;
  /** Most round trips under way at once. */
  readonly lanes: number;
  /** Serves the items in their order, all or none; answers one output for each. */
  readonly run: (items: I[]) => Promise<O[]>;
}

interface Waiting<I, O> {
  readonly item: I;
  readonly resolve: (output: O) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Calls that arrive together share one round trip: those of one turn of the event loop, and those that arrive
 * while all lanes are busy. Nobody waits for company, so an idle batcher adds no delay.
 */
export class Batcher<I, O> {
  readonly #options: BatcherOptions<I, O>;
  #waiting: Waiting<I, O>[] = [];
  #busy = 0;
  #scheduled = false;

  constructor(options: BatcherOptions<I, O>) {
    this.#options = options;
  }

  /** Adds an item to the next round trip and answers its own output, or rejects with its own error. */
  submit(item: I): Promise<O> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#busy >= this.#options.lanes) return;
    this.#scheduled = true;
    // Not a microtask: the requests that one read of the sockets delivered are each a task of their own.
    setImmediate(() => {
      this.#scheduled = false;
      this.#fillLanes();
    });
  }

  #fillLanes(): void {
    while (this.#busy < this.#options.lanes && this.#waiting.length > 0) {
      void this.#useLane(this.#waiting.splice(0, this.#options.maximum));
    }
  }

  async #useLane(batch: readonly Waiting<I, O>[]): Promise<void> {
    this.#busy += 1;
    await this.#serve(batch);
    this.#busy -= 1;
    this.#schedule();
  }

  async #serve(batch: readonly Waiting<I, O>[]): Promise<void> {
    const outcome = await this.#attempt(batch);
    if ("outputs" in outcome) return settle(batch, outcome.outputs);
    if (batch.length === 1 || !blamesOneItem(outcome.error)) return batch.forEach(({ reject }) => reject(outcome.error));
    for (const waiting of batch) await this.#serve([waiting]);
  }

  async #attempt(batch: readonly Waiting<I, O>[]): Promise<{ outputs: O[] } | { error: unknown }> {
    try {
      return { outputs: await this.#options.run(batch.map(({ item }) => item)) };
    } catch (error) {
      return { error };
    }
  }
}

function settle<I, O>(batch: readonly Waiting<I, O>[], outputs: readonly O[]): void {
  // Nobody can tell whose output is missing, and what was written stays written.
  const broken =
    outputs.length === batch.length ? undefined : new Error(`A batch of ${batch.length} has ${outputs.length} outputs.`);
  batch.forEach(({ resolve, reject }, index) => (broken ? reject(broken) : resolve(outputs[index] as O)));
}

/**
 * One bad item must not fail its neighbours: they are served again one by one, and it fails alone. Where the database
 * itself fails, all fail: a repetition would fail too, one by one and slowly, or write twice.
 */
function blamesOneItem(error: unknown): boolean {
  return !(error instanceof DatabaseUnavailable);
}
