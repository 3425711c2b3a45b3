import type { Column } from "@praetor/wire";
import { type Client, DatabaseError, type QueryResult } from "pg";
import { classify, DatabaseUnavailable } from "../failures.ts";
import { asTexts, columnOf } from "../values.ts";

/** SQL on its way to the server, its values encoded. */
export interface Query {
  /** Prepared under this name; without one it is parsed anew each time. */
  readonly name: string | undefined;
  readonly text: string;
  readonly values: readonly (string | Uint8Array | null)[];
  /** Rows are answered as lists of texts instead of objects. */
  readonly asTexts?: boolean;
}

/** What came back: the rows, and what PostgreSQL says it did (`COMMIT`, `ROLLBACK`, `INSERT`). */
export interface Answer {
  readonly rows: unknown[];
  /** Of rows that are texts. */
  readonly columns: readonly Column[];
  readonly command: string;
}

/** More than any statement is allowed to run. */
const goodbyeMilliseconds = 15_000;

/**
 * One connection. Queries may be sent before earlier ones are answered. It is of no more use once `lost` is true;
 * a query that it held then rejects.
 */
export class Session {
  readonly #client: Client;
  readonly #silenceMilliseconds: number;
  readonly #onLost: (session: Session) => void;
  #pending = 0;
  #lost = false;
  #lastAnswer = 0;
  #watch: NodeJS.Timeout | undefined;

  /** `silenceSeconds`: a server that answers nothing for so long is taken for dead; 0 for never. */
  constructor(client: Client, silenceSeconds: number, onLost: (session: Session) => void) {
    this.#client = client;
    this.#silenceMilliseconds = silenceSeconds * 1000;
    this.#onLost = onLost;
    client.on("error", () => this.#lose());
    client.on("end", () => this.#lose());
  }

  #lose(): void {
    if (this.#lost) return;
    this.#lost = true;
    clearTimeout(this.#watch);
    this.#onLost(this);
  }

  /** Queries sent and not answered yet. */
  get pending(): number {
    return this.#pending;
  }

  get lost(): boolean {
    return this.#lost;
  }

  /** Rejects with an error that `classify` has seen. */
  send(query: Query): Promise<Answer> {
    if (this.#lost) return Promise.reject(new DatabaseUnavailable("connection_lost"));
    this.#pending += 1;
    if (this.#pending === 1) this.#beginWatch();
    return new Promise((resolve, reject) => {
      // The driver takes a mutable array and changes nothing in it.
      const config = {
        ...(query.name !== undefined && { name: query.name }),
        text: query.text,
        values: query.values as unknown[],
        ...(query.asTexts && { rowMode: "array", types: asTexts }),
      };
      this.#client.query(config, (error: Error | null, result: QueryResult) => {
        this.#pending -= 1;
        this.#lastAnswer = performance.now();
        if (error) reject(this.#failureOf(error));
        else resolve({ rows: result.rows, columns: query.asTexts ? result.fields.map(columnOf) : [], command: result.command });
      });
    });
  }

  #failureOf(error: Error): unknown {
    // A fatal error is the server's last word; the end of the socket follows it.
    if (error instanceof DatabaseError && error.severity !== "ERROR") this.#lose();
    const known = classify(error);
    // The driver's own errors bear no code; of a connection that is gone they all mean the same.
    if (known !== error || !this.#lost) return known;
    return new DatabaseUnavailable("connection_lost", { outcome: "unknown", cause: error });
  }

  /** The server ends every statement in time by itself, so that silence means that the server or the way to it is gone. */
  #beginWatch(): void {
    if (this.#silenceMilliseconds === 0 || this.#watch !== undefined) return;
    this.#lastAnswer = performance.now();
    const look = () => {
      const silence = performance.now() - this.#lastAnswer;
      this.#watch = undefined;
      if (this.#pending === 0) return;
      if (silence >= this.#silenceMilliseconds) this.destroy();
      else this.#watch = setTimeout(look, this.#silenceMilliseconds - silence).unref();
    };
    this.#watch = setTimeout(look, this.#silenceMilliseconds).unref();
  }

  /** Lets what was sent be answered, then says goodbye, and hangs up on a server that does not answer that. */
  async end(): Promise<void> {
    const hangUp = setTimeout(() => this.destroy(), goodbyeMilliseconds).unref();
    await this.#client.end();
    clearTimeout(hangUp);
  }

  destroy(): void {
    this.#client.connection.stream.destroy();
  }
}
