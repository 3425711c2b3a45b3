import type { ListenOptions } from "./bus.ts";

/** What becomes of messages that do not get through. */
export interface ListenerReports {
  failed(error: unknown): void;
  dropped(): void;
}

const DEFAULT_CAPACITY = 256;

/**
 * One subscriber and its bounded queue. While the handler returns without a promise, messages pass straight
 * through; the queue holds only what arrives while the handler waits for something.
 */
export class Listener<M> {
  readonly #handle: (message: M) => void | Promise<void>;
  readonly #options: ListenOptions<M>;
  readonly #reports: ListenerReports;
  readonly #capacity: number;
  #queue: M[] = [];
  #busy = false;
  #closed = false;

  constructor(handle: (message: M) => void | Promise<void>, options: ListenOptions<M>, reports: ListenerReports) {
    this.#handle = handle;
    this.#options = options;
    this.#reports = reports;
    this.#capacity = options.capacity ?? DEFAULT_CAPACITY;
  }

  offer(message: M): void {
    if (this.#closed || this.#options.accepts?.(message) === false) return;
    if (!this.#busy) return this.#pass(message);
    if (this.#queue.length < this.#capacity) this.#queue.push(message);
    else this.#reports.dropped();
  }

  close(): void {
    this.#closed = true;
    this.#queue = [];
  }

  #pass(message: M): void {
    const pending = this.#call(message);
    if (!pending) return;
    this.#busy = true;
    void this.#drain(pending);
  }

  /** A handler that throws loses its message, not its subscription. */
  #call(message: M): Promise<void> | undefined {
    try {
      return this.#handle(message)?.catch((error: unknown) => this.#reports.failed(error));
    } catch (error) {
      this.#reports.failed(error);
      return undefined;
    }
  }

  async #drain(pending: Promise<void>): Promise<void> {
    await pending;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) await this.#call(next);
    this.#busy = false;
  }
}
