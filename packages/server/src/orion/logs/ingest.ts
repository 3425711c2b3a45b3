import type { LogCreate, Timestamp } from "@praetor/wire";
import { Batcher } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { type StoredLog, storeLogs } from "./queries.ts";

/** Requests that share a statement at most. More would keep the first of them waiting without saving much. */
const REQUESTS_A_STATEMENT = 20;
/** One statement is written while the other is on its way; more only share the same disk. */
const STATEMENTS_AT_ONCE = 2;

type Deps = Pick<Dependencies, "bus" | "clock" | "databases" | "ids" | "log" | "settings">;
type Requests = Batcher<readonly LogCreate[], undefined>;

/** The way in for log lines: requests that arrive together are stored together. */
export class LogIngest {
  readonly #deps: Deps;
  /** By workspace, since a statement serves one. */
  readonly #requests = new Map<string, Requests>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Resolves when the lines are durable; whoever follows them hears of them after that. */
  async accept(workspaceId: string, lines: readonly LogCreate[]): Promise<void> {
    if (lines.length > 0) await this.#requestsOf(workspaceId).submit(lines);
  }

  #requestsOf(workspaceId: string): Requests {
    const known = this.#requests.get(workspaceId);
    if (known !== undefined) return known;
    const requests: Requests = new Batcher({
      maximum: REQUESTS_A_STATEMENT,
      lanes: STATEMENTS_AT_ONCE,
      run: async (batch) => {
        await this.#store(workspaceId, batch.flat());
        return batch.map(() => undefined);
      },
    });
    this.#requests.set(workspaceId, requests);
    return requests;
  }

  async #store(workspaceId: string, lines: readonly LogCreate[]): Promise<void> {
    const { clock, databases, ids, settings } = this.#deps;
    const created = clock.now();
    const stored = lines.map((line) => ({ ...line, id: ids.timeOrdered() }));
    await storeLogs(databases.events.workspace(workspaceId), created, stored);
    if (settings.logs.streamPublishingEnabled) await this.#publish(workspaceId, created, stored);
  }

  /** The lines are kept whether or not their followers can be told. */
  async #publish(workspaceId: string, created: Timestamp, lines: readonly StoredLog[]): Promise<void> {
    const messages = lines.map((line) => ({ workspaceId, log: { ...line, created, updated: created } }));
    await this.#deps.bus.publish("logs", messages).catch((error: unknown) => {
      this.#deps.log.warn({ err: error }, "stored log lines could not be told to their followers");
    });
  }
}
