import type { Bus, Unsubscribe } from "../../platform/bus/index.ts";

/** A worker that waits for a run of one of its tasks. */
export interface Waiter {
  readonly workspaceId: string;
  readonly keys: ReadonlySet<string>;
  wake(): void;
}

/** Every so often each that waits looks by itself: for what fell due, and for words that were lost. */
const LOOK_MILLISECONDS = 5000;

/** The workers of this process that wait; a run that comes wakes one of those that serve its task, whoever waits longest. */
export class WaitingRoom {
  readonly #bus: Bus;
  readonly #waiting = new Set<Waiter>();
  #leave: Unsubscribe | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  enter(waiter: Waiter): void {
    this.#waiting.add(waiter);
    this.#leave ??= this.#bus.subscribe("deferred-tasks", ({ workspaceId, taskKey }) => this.wakeOne(workspaceId, taskKey));
    this.#timer ??= setInterval(() => this.#wakeAll(), LOOK_MILLISECONDS).unref();
  }

  leave(waiter: Waiter): void {
    this.#waiting.delete(waiter);
    if (this.#waiting.size > 0) return;
    this.#leave?.();
    clearInterval(this.#timer);
    this.#leave = undefined;
    this.#timer = undefined;
  }

  /** Wakes one worker that serves the task, if one waits. */
  wakeOne(workspaceId: string, key: string): void {
    for (const waiter of this.#waiting) {
      if (waiter.workspaceId === workspaceId && waiter.keys.has(key)) return this.#wake(waiter);
    }
  }

  #wakeAll(): void {
    for (const waiter of this.#waiting) this.#wake(waiter);
  }

  #wake(waiter: Waiter): void {
    this.leave(waiter);
    waiter.wake();
  }
}
