/** More workspaces than this are remembered as one. */
const maximumWorkspaces = 10_000;
/** As many positions are remembered; the oldest writes then wait for a later position than they need. */
const maximumObservations = 64;

interface Observation {
  /** The number of the last write that had ended before the position was asked for. */
  readonly upTo: number;
  /** Bytes of the primary's log, with all those writes in them. */
  readonly position: number;
}

/**
 * What this process wrote and where in the primary's log that ends, so that a read of a replica is never older than the
 * reader's own writes. Writes are only counted; the position is asked for when a reader needs it, once for all of them.
 */
export class OwnWrites {
  readonly #askPosition: () => Promise<number>;
  readonly #lastOf = new Map<string, number>();
  #count = 0;
  /** The last write that may have touched any workspace. */
  #lastOfAll = 0;
  #observations: Observation[] = [];
  #asking = false;

  /** `askPosition` asks the primary for the end of its log, in bytes. */
  constructor(askPosition: () => Promise<number>) {
    this.#askPosition = askPosition;
  }

  /** Call it after a write ended, however it ended, before anybody hears of it; undefined for one of no single workspace. */
  note(workspaceId: string | undefined): void {
    this.#count += 1;
    if (workspaceId !== undefined && (this.#lastOf.has(workspaceId) || this.#lastOf.size < maximumWorkspaces)) {
      this.#lastOf.set(workspaceId, this.#count);
    } else {
      this.#lastOfAll = this.#count;
    }
  }

  /**
   * How far a replica must have replayed the log to serve a reader of the workspace, or of all of them. Undefined while
   * that is being found out; the primary serves meanwhile.
   */
  positionFor(workspaceId: string | undefined): number | undefined {
    const last = workspaceId === undefined ? this.#count : Math.max(this.#lastOf.get(workspaceId) ?? 0, this.#lastOfAll);
    if (last === 0) return 0;
    const covering = this.#observations.find(({ upTo }) => upTo >= last);
    if (covering === undefined) void this.#observe();
    return covering?.position;
  }

  async #observe(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const upTo = this.#count;
    try {
      const position = await this.#askPosition();
      this.#observations = [...this.#observations, { upTo, position }].slice(-maximumObservations);
    } catch {
      // The next reader asks again; until then the primary serves, or says itself what is wrong.
    } finally {
      this.#asking = false;
    }
  }
}

/** Whether a statement may write. One that only looks so costs a reader nothing but a trip to the primary. */
export function mayWrite(text: string): boolean {
  return writing.test(text);
}

/** Words that write, and calls of our own functions, some of which do. */
const writing = /\b(?:insert|update|delete|merge|truncate)\b|\b(?:orion|events|nebula)\.\w+\s*\(/i;
