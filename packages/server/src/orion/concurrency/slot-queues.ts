import { Batcher, type WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { announceFreed } from "./freed.ts";
import { releaseSlots } from "./queries.ts";
import { SlotQueue } from "./slot-queue.ts";

/** The most leases ended in one round trip. */
const ROUND = 64;

interface Workspace {
  readonly queue: SlotQueue;
  readonly releases: Batcher<string, undefined>;
}

/** Who waits for slots, and who gives them back: those who do so together share round trips. One for a process. */
export class SlotQueues {
  readonly #deps: Pick<Dependencies, "bus">;
  readonly #workspaces = new Map<string, Workspace>();

  constructor(deps: Pick<Dependencies, "bus">) {
    this.#deps = deps;
    deps.bus.subscribe("slots", ({ workspaceId, limits, slots }) =>
      this.#workspaces.get(workspaceId)?.queue.freed(limits ?? undefined, slots),
    );
  }

  of(database: WorkspaceDatabase): SlotQueue {
    return this.#workspace(database).queue;
  }

  /** Ends a lease and wakes who waits for its slots. */
  release(database: WorkspaceDatabase, lease: string): Promise<undefined> {
    return this.#workspace(database).releases.submit(lease);
  }

  #workspace(database: WorkspaceDatabase): Workspace {
    const known = this.#workspaces.get(database.workspaceId);
    if (known !== undefined) return known;
    const queue = new SlotQueue(database);
    const releases = new Batcher<string, undefined>({
      maximum: ROUND,
      lanes: 2,
      run: async (leases) => {
        const ended = await database.first(releaseSlots, leases);
        await announceFreed(this.#deps, database.workspaceId, ended?.limits ?? [], ended?.slots);
        return leases.map(() => undefined);
      },
    });
    const made = { queue, releases };
    this.#workspaces.set(database.workspaceId, made);
    return made;
  }
}
