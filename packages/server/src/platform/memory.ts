import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const INTERVAL_MILLISECONDS = 2000;
/** Shares of an interval that the process was at work: above the one it makes garbage, below the other nobody waits. */
const BUSY = 0.2;
const QUIET = 0.05;

/** An ordinary collection keeps the room that it has emptied; the engine's last resort gives it back. */
const THOROUGH = { type: "major", execution: "sync", flavor: "last-resort" };

function collector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  return typeof collect === "function" ? () => void collect(THOROUGH) : () => {};
}

/** The share of the time since its last call that the event loop was at work. */
function loopShare(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}

/**
 * Gives memory back after a burst. The engine keeps what it grew to until it is pressed for room, and a server of which
 * nothing is asked allocates nothing that would press it.
 */
export class SpareMemory {
  readonly #collect: () => void;
  readonly #share: () => number;
  /** A start is a burst too: much of what it reads and compiles is not needed again. */
  #wasteful = true;
  #timer: NodeJS.Timeout | undefined;

  constructor(collect = collector(), share = loopShare()) {
    this.#collect = collect;
    this.#share = share;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.look(), INTERVAL_MILLISECONDS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** One look: collects in the first quiet interval after a busy one. */
  look(): void {
    const share = this.#share();
    if (share > BUSY) this.#wasteful = true;
    else if (this.#wasteful && share < QUIET) {
      this.#wasteful = false;
      this.#collect();
    }
  }
}
