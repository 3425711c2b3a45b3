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

/**
 * A thin shell round `runOnce`: the first pass at start, the next after `every` seconds or when woken. A pass that fails is
 * logged and counted, and the loop goes on; `stop` aborts the signal and waits for the running pass.
 */
export function loop(options: LoopOptions, deps: { readonly log: Log; readonly metrics: Metrics }): LoopService {
  const log = deps.log.child({ service: options.name });
  const { promise: started, resolve: becomeStarted } = Promise.withResolvers<void>();
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let woken = false;
  let unsubscribe: (() => void) | undefined;

  async function pass(): Promise<boolean> {
    const begun = performance.now();
    let more = false;
    let succeeded = false;
    try {
      more = (await options.runOnce(stopping.signal)) === true;
      succeeded = true;
    } catch (error) {
      if (!stopping.signal.aborted) log.error({ err: error }, "pass failed");
    }
    deps.metrics.pass(options.name, succeeded, (performance.now() - begun) / 1000);
    return more;
  }

  async function passes(): Promise<void> {
    do {
      woken = false;
      if (await pass()) woken = true;
    } while (woken && !stopping.signal.aborted);
  }

  function wake(): void {
    woken = true;
    if (running || stopping.signal.aborted) return;
    clearTimeout(timer);
    running = passes().finally(() => {
      running = undefined;
      if (!stopping.signal.aborted) timer = setTimeout(wake, options.every * 1000).unref();
    });
  }

  return {
    name: options.name,
    started,
    wake,
    start() {
      unsubscribe ??= options.wakeOn?.(wake);
      wake();
      becomeStarted();
      return started;
    },
    async stop() {
      stopping.abort();
      unsubscribe?.();
      clearTimeout(timer);
      await running;
    },
  };
}
