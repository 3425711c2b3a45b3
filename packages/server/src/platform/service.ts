import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

/** Something that runs beside the API. The three words mean the same for each: building one starts nothing. */
export interface Service {
  readonly name: string;
  /** Begins the work; resolves when the service is ready, rejects when it cannot be. */
  start(): Promise<void>;
  /** Resolves with `start`, for those who wait for it and did not call it. */
  readonly started: Promise<void>;
  /** Ends the work: nothing new begins, what runs is finished. Harmless before `start` and when repeated. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  readonly name: string;
  /** Seconds from the end of one pass to the beginning of the next. */
  readonly every: number;
  /** One pass. `true` means that more work waits, and the next pass begins at once. */
  runOnce(signal: AbortSignal): Promise<boolean | void>;
  /** Calls `wake` whenever there is work before its time; returns how to end that. */
  wakeOn?(wake: () => void): () => void;
}

export interface LoopService extends Service {
  /** Begins the next pass now, or, if one runs, right after it. */
  wake(): void;
}

interface LoopDependencies {
  readonly log: Log;
  readonly metrics: Metrics;
}

/**
 * A thin shell round `runOnce`: the first pass at start, the next after `every` seconds or when woken. A pass that fails is
 * logged and counted, and the loop goes on; `stop` aborts the signal and waits for the running pass.
 */
export function loop(options: LoopOptions, { log, metrics }: LoopDependencies): LoopService {
  return new Loop(options, log.child({ service: options.name }), metrics);
}

class Loop implements LoopService {
  readonly name: string;
  readonly started: Promise<void>;
  readonly #options: LoopOptions;
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #becomeStarted: () => void;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #woken = false;
  #timer: NodeJS.Timeout | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(options: LoopOptions, log: Log, metrics: Metrics) {
    this.name = options.name;
    this.#options = options;
    this.#log = log;
    this.#metrics = metrics;
    ({ promise: this.started, resolve: this.#becomeStarted } = Promise.withResolvers<void>());
  }

  start(): Promise<void> {
    this.#unsubscribe ??= this.#options.wakeOn?.(() => this.wake());
    this.wake();
    this.#becomeStarted();
    return this.started;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#unsubscribe?.();
    clearTimeout(this.#timer);
    await this.#running;
  }

  wake(): void {
    this.#woken = true;
    if (this.#running || this.#stopping.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#running = this.#passes().finally(() => this.#rest());
  }

  #rest(): void {
    this.#running = undefined;
    if (this.#stopping.signal.aborted) return;
    this.#timer = setTimeout(() => this.wake(), this.#options.every * 1000).unref();
  }

  async #passes(): Promise<void> {
    do {
      this.#woken = false;
      if (await this.#pass()) this.#woken = true;
    } while (this.#woken && !this.#stopping.signal.aborted);
  }

  async #pass(): Promise<boolean> {
    const begun = performance.now();
    let more = false;
    let succeeded = false;
    try {
      more = (await this.#options.runOnce(this.#stopping.signal)) === true;
      succeeded = true;
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#log.error({ err: error }, "pass failed");
    }
    this.#metrics.pass(this.name, succeeded, (performance.now() - begun) / 1000);
    return more;
  }
}
