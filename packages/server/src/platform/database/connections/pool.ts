import type { Connector } from "./connector.ts";
import { DatabaseUnavailable } from "../failures.ts";
import { Session } from "./session.ts";

export interface PoolOptions {
  readonly connector: Connector;
  readonly connections: number;
  /** Longest wait for a connection that others hold. */
  readonly waitSeconds: number;
  readonly silenceSeconds: number;
  /** Told how long each call waited for its connection. */
  readonly waited: (seconds: number) => void;
}

interface Waiting {
  readonly take: (session: Session) => void;
  readonly fail: (error: unknown) => void;
}

/** An idle connection is kept this long for the next burst. */
const idleMilliseconds = 30_000;

/** Connections that one caller at a time holds: for transactions, and for what may take long. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #idle = new Map<Session, NodeJS.Timeout>();
  readonly #waiting = new Set<Waiting>();
  #open = 0;
  #closed: (() => void) | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Runs `work` with a connection of its own. @throws DatabaseUnavailable */
  async use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const started = performance.now();
    const session = await this.#acquire();
    this.#options.waited((performance.now() - started) / 1000);
    try {
      return await work(session);
    } finally {
      this.#release(session);
    }
  }

  async #acquire(): Promise<Session> {
    if (this.#closed) throw new Error("The database is closed.");
    // The most recent one: the others may grow old and close.
    const idle = [...this.#idle.keys()].at(-1);
    if (idle !== undefined) return this.#wake(idle);
    if (this.#open < this.#options.connections) return this.#connect();
    return this.#wait();
  }

  #wake(session: Session): Session {
    clearTimeout(this.#idle.get(session));
    this.#idle.delete(session);
    return session;
  }

  async #connect(): Promise<Session> {
    this.#open += 1;
    try {
      const client = await this.#options.connector.connect();
      return new Session(client, this.#options.silenceSeconds, (lost) => this.#lost(lost));
    } catch (error) {
      this.#left();
      // Whoever waits for a connection to be handed back would wait in vain.
      if (this.#open === 0) this.#failWaiting(error);
      throw error;
    }
  }

  #wait(): Promise<Session> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        return this.#waiting.delete(waiting);
      };
      const waiting: Waiting = {
        // One that was opened for a caller who has been served meanwhile goes to the next, or it would be nobody's.
        take: (session) => (settle() ? resolve(session) : this.#release(session)),
        fail: (error) => (settle(), reject(error)),
      };
      const timer = setTimeout(() => waiting.fail(new DatabaseUnavailable("too_busy")), this.#options.waitSeconds * 1000);
      this.#waiting.add(waiting);
    });
  }

  #release(session: Session): void {
    // Statements that nobody awaited may still run on it: it is not fit for the next caller.
    if (session.pending > 0) session.destroy();
    if (session.pending > 0 || session.lost) return;
    const [next] = this.#waiting;
    if (next !== undefined) return next.take(session);
    if (this.#closed) return void session.end();
    this.#idle.set(session, setTimeout(() => void this.#wake(session).end(), idleMilliseconds).unref());
  }

  #lost(session: Session): void {
    if (this.#idle.has(session)) this.#wake(session);
    this.#left();
    const [next] = this.#waiting;
    if (next !== undefined) this.#connect().then(next.take, next.fail);
  }

  #left(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#closed?.();
  }

  #failWaiting(error: unknown): void {
    for (const waiting of this.#waiting) waiting.fail(error);
  }

  /** Waits until everything in use is handed back, then closes. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#closed = resolve;
      for (const session of this.#idle.keys()) void this.#wake(session).end();
      if (this.#open === 0) resolve();
    });
  }
}
