import { setTimeout as delay } from "node:timers/promises";
import { type EventMessage, GroupAbsent } from "../platform/bus/index.ts";
import { Batcher, DatabaseUnavailable } from "../platform/database/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { Recent } from "./recent.ts";

export interface IngestOptions {
  /** Most events of one batch. */
  readonly batchSize: number;
  /** Batches under way at once: while one commits, the next is written. */
  readonly lanes: number;
  /** Bytes of events on their way above which senders must wait. */
  readonly maximumBytes: number;
  /** How long a batch is held while the database is away, before its senders are told. */
  readonly patienceSeconds: number;
}

// Larger batches are no faster, and what waits costs about eight times its size in memory.
const DEFAULTS: IngestOptions = { batchSize: 200, lanes: 2, maximumBytes: 8 * 1024 * 1024, patienceSeconds: 15 };
const REMEMBERED = 10_000;
const FIRST_WAIT_SECONDS = 0.05;
const LONGEST_WAIT_SECONDS = 1;

/** How a batch ended. A value and not a rejection, because the batcher would try each event of a rejected batch alone. */
type Outcome = { readonly error?: unknown };

/**
 * The one way in for events, whoever sends them. `accept` resolves when the event is durable wherever it has to be
 * and subscribers have been told; a repeated event joins the first one's wait or, when that is over, succeeds at once.
 */
export class Ingest {
  readonly #bus: Dependencies["bus"];
  readonly #options: IngestOptions;
  readonly #batches: Batcher<EventMessage, Outcome>;
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #recent = new Recent<string>(REMEMBERED);
  #bytes = 0;
  #relief = Promise.withResolvers<void>();

  constructor({ bus }: Pick<Dependencies, "bus">, options: Partial<IngestOptions> = {}) {
    this.#bus = bus;
    this.#options = { ...DEFAULTS, ...options };
    const run = async (batch: EventMessage[]) => {
      const outcome = await this.#publish(batch);
      return batch.map(() => outcome);
    };
    this.#batches = new Batcher({ maximum: this.#options.batchSize, lanes: this.#options.lanes, run });
  }

  /** Whether so much is on its way that senders should stop until `relieved`. */
  get crowded(): boolean {
    return this.#bytes > this.#options.maximumBytes;
  }

  /** Resolves when what was on its way has gone down to half of what is allowed. */
  get relieved(): Promise<void> {
    return this.#relief.promise;
  }

  /**
   * Takes an event of `bytes` size.
   * @throws DatabaseUnavailable when nobody could keep the event; it may be sent again
   */
  accept(message: EventMessage, bytes: number): Promise<void> {
    const key = `${message.workspaceId}/${message.event.id}`;
    if (this.#recent.has(key)) return Promise.resolve();
    const known = this.#inFlight.get(key);
    if (known) return known;
    const kept = this.#keep(key, message, bytes);
    this.#inFlight.set(key, kept);
    return kept;
  }

  async #keep(key: string, message: EventMessage, bytes: number): Promise<void> {
    this.#bytes += bytes;
    const { error } = await this.#batches.submit(message);
    this.#inFlight.delete(key);
    this.#release(bytes);
    if (error !== undefined) throw error;
    this.#recent.add(key);
  }

  #release(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#bytes > this.#options.maximumBytes / 2) return;
    this.#relief.resolve();
    this.#relief = Promise.withResolvers();
  }

  async #publish(batch: readonly EventMessage[]): Promise<Outcome> {
    const end = performance.now() + this.#options.patienceSeconds * 1000;
    for (let wait = FIRST_WAIT_SECONDS; ; wait = Math.min(wait * 2, LONGEST_WAIT_SECONDS)) {
      try {
        await this.#bus.publish("events", batch);
        return {};
      } catch (error) {
        if (!mayPass(error)) return { error };
        if (performance.now() + wait * 1000 > end) return { error: asUnavailable(error) };
      }
      await delay(wait * 1000, undefined, { ref: false });
    }
  }
}

/** Whether the same batch may succeed a little later. */
function mayPass(error: unknown): boolean {
  return error instanceof DatabaseUnavailable || error instanceof GroupAbsent;
}

/** To a sender it is the same whether the database is away or the service that writes to it. */
function asUnavailable(error: unknown): unknown {
  return error instanceof GroupAbsent ? new DatabaseUnavailable("shutting_down", { cause: error }) : error;
}
