import type { LogCreate } from "@praetor/wire";
import { Batcher } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { type StoredLog, storeLogs } from "./queries.ts";

/** Requests that share a statement at most. More would keep the first of them waiting without saving much. */
const REQUESTS_A_STATEMENT = 20;
/** One statement is written while the other is on its way; more only share the same disk. */
const STATEMENTS_AT_ONCE = 2;

type Deps = Pick<Dependencies, "bus" | "clock" | "databases" | "ids" | "settings">;

/** The way in for log lines: requests that arrive together are stored together. */
export class LogIngest {
  readonly #deps: Deps;
  readonly #batcher: Batcher<readonly StoredLog[], undefined>;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#batcher = new Batcher({
      maximum: REQUESTS_A_STATEMENT,
      lanes: STATEMENTS_AT_ONCE,
      run: async (requests) => {
        await storeLogs(deps.databases.events.system, requests.flat());
        return requests.map(() => undefined);
      },
    });
  }

  /** Resolves when the lines are durable; whoever follows them hears of them after that. */
  async accept(workspaceId: string, lines: readonly LogCreate[]): Promise<void> {
    if (lines.length === 0) return;
    const { clock, ids } = this.#deps;
    const created = clock.now();
    const stored = lines.map((line) => ({ ...line, workspaceId, id: ids.timeOrdered(), created }));
    await this.#batcher.submit(stored);
    if (this.#deps.settings.logs.streamPublishingEnabled) await this.#publish(stored);
  }

  #publish(lines: readonly StoredLog[]): Promise<void> {
    const messages = lines.map(({ workspaceId, ...log }) => ({ workspaceId, log: { ...log, updated: log.created } }));
    return this.#deps.bus.publish("logs", messages);
  }
}
