import type { Connector } from "./connector.ts";
import { DatabaseUnavailable } from "../failures.ts";
import { type Guard, sendGuarded } from "./guard.ts";
import { type Answer, type Query, Session } from "./session.ts";

export interface PipelineOptions {
  readonly connector: Connector;
  readonly connections: number;
  /** Most queries sent and not answered; beyond it callers are told to come back later. */
  readonly maximumPending: number;
  readonly silenceSeconds: number;
}

/**
 * A few connections that everybody shares: queries are sent without waiting for the answers of earlier ones, each a
 * transaction by itself. The second connection is opened when the first is busy, and so on, so that commits of
 * several connections share a flush of the log.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  #sessions: Session[] = [];
  #opening: Promise<Session> | undefined;
  #pending = 0;
  #closed = false;

  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  /** @throws DatabaseUnavailable and whatever `classify` makes of the server's answer */
  async send(query: Query, guard?: Guard): Promise<Answer> {
    if (this.#pending >= this.#options.maximumPending) throw new DatabaseUnavailable("too_busy");
    this.#pending += 1;
    try {
      return await this.#sendOnce(query, guard);
    } catch (error) {
      if (!isStale(error)) throw error;
      // The server refused before running anything, and the next connection prepares anew.
      return await this.#sendOnce(query, guard);
    } finally {
      this.#pending -= 1;
    }
  }

  async #sendOnce(query: Query, guard: Guard | undefined): Promise<Answer> {
    const session = this.#leastBusy() ?? (await this.#open());
    try {
      return await sendGuarded(session, query, guard);
    } catch (error) {
      if (isStale(error)) this.#retire(session);
      throw error;
    }
  }

  #leastBusy(): Session | undefined {
    let chosen: Session | undefined;
    for (const session of this.#sessions) {
      if (chosen === undefined || session.pending < chosen.pending) chosen = session;
    }
    // Nobody waits for the additional connection, and the next query that needs one reports a failure to open it.
    if (chosen !== undefined && chosen.pending > 0 && this.#sessions.length < this.#options.connections) {
      this.#open().catch(() => {});
    }
    return chosen;
  }

  #open(): Promise<Session> {
    if (this.#closed) return Promise.reject(new Error("The database is closed."));
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connect(): Promise<Session> {
    const client = await this.#options.connector.connect();
    const session = new Session(client, this.#options.silenceSeconds, (lost) => this.#forget(lost));
    this.#sessions.push(session);
    return session;
  }

  #forget(session: Session): void {
    this.#sessions = this.#sessions.filter((each) => each !== session);
  }

  #retire(session: Session): void {
    this.#forget(session);
    void session.end();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening?.catch(() => {});
    await Promise.all(this.#sessions.map((session) => session.end()));
  }
}

function isStale(error: unknown): boolean {
  return error instanceof DatabaseUnavailable && error.reason === "stale_statement";
}
