import { TaskRun } from "@praetor/wire";
import type { WebSocket } from "ws";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { readMessage } from "../../platform/socket/index.ts";
import { presentTaskRun, readTaskRun, type TaskRunRow } from "../task-runs/index.ts";
import { endWaiting, forgetLost, HELD_SECONDS, keepConnected, offerNext, withdraw } from "./queries.ts";
import type { WaitingRoom, Waiter } from "./waiting.ts";
import { tellTaskWorkers } from "./wake.ts";

const PROTOCOL_VIOLATION = 4001;
const INTERNAL_ERROR = 1011;

/** What a worker asks for: who it is, and the tasks that it serves. */
export interface Asked {
  readonly clientId: string;
  readonly keys: readonly string[];
}

/** Sends a worker one run after the other, each when the one before is acknowledged. */
export class Subscription implements Waiter {
  readonly workspaceId: string;
  readonly keys: ReadonlySet<string>;
  readonly #deps: Dependencies;
  readonly #database: WorkspaceDatabase;
  readonly #peer: WebSocket;
  readonly #room: WaitingRoom;
  readonly #id: string;
  readonly #clientId: string;
  #timer: NodeJS.Timeout | undefined;
  /** The run that the worker was sent and has not acknowledged. */
  #offered: string | undefined;
  /** What this worker has begun in the database, so that its going comes after. */
  #busy: Promise<void> = Promise.resolve();

  constructor(deps: Dependencies, workspaceId: string, peer: WebSocket, room: WaitingRoom, { clientId, keys }: Asked) {
    this.#deps = deps;
    this.workspaceId = workspaceId;
    this.#database = deps.databases.orion.workspace(workspaceId);
    this.#peer = peer;
    this.#room = room;
    this.#id = deps.ids.random();
    this.#clientId = clientId;
    this.keys = new Set(keys);
  }

  start(): void {
    this.#peer.on("message", (data) => this.#hear(readMessage(data)?.["type"]));
    this.#peer.once("close", () => this.#end());
    this.#timer = setInterval(() => this.#do(() => this.#keep()), (HELD_SECONDS * 1000) / 3).unref();
    this.#do(async () => {
      await this.#keep();
      await this.#database.all(forgetLost);
      await this.#offer();
    });
  }

  /** A run may be there for it. */
  wake(): void {
    this.#do(() => this.#offer());
  }

  #hear(type: unknown): void {
    if (type === "quit") return this.#peer.close(1000);
    const acknowledged = this.#offered;
    if (type !== "ack" || acknowledged === undefined) {
      return this.#peer.close(PROTOCOL_VIOLATION, "Protocol violation: expected 'ack' message");
    }
    this.#offered = undefined;
    this.#do(async () => {
      await this.#database.all(endWaiting, acknowledged, this.#id);
      await this.#offer();
    });
  }

  /** Sends the next run, or waits for one; it waits before it looks, so that no word of a run is missed between. */
  async #offer(): Promise<void> {
    if (this.#gone || this.#offered !== undefined) return;
    this.#room.enter(this);
    for (;;) {
      const next = await this.#database.first(offerNext, this.#id, [...this.keys]);
      if (next === undefined) return;
      const row = await this.#database.first(readTaskRun, next.task_run_id);
      // One that is not scheduled was cancelled, or begun by other means, since it was left to workers.
      if (row?.state_type === "SCHEDULED") return this.#send(row);
      await this.#database.all(endWaiting, next.task_run_id, this.#id);
    }
  }

  #send(row: TaskRunRow): void {
    this.#room.leave(this);
    this.#offered = row.id;
    this.#peer.send(TaskRun.dump(presentTaskRun(row, this.#deps.clock.now())));
    // The word that woke this worker may have been of another run than the one that it found.
    this.#room.wakeOne(this.workspaceId, row.task_key);
  }

  get #gone(): boolean {
    return this.#peer.readyState !== this.#peer.OPEN;
  }

  async #keep(): Promise<void> {
    await this.#database.all(keepConnected, this.#id, this.#clientId, [...this.keys]);
  }

  #do(work: () => Promise<void>): void {
    this.#busy = this.#busy.then(work).catch((error: unknown) => {
      this.#deps.log.warn({ err: error }, "a task worker lost its connection to the database");
      this.#peer.close(INTERNAL_ERROR);
    });
  }

  #end(): void {
    clearInterval(this.#timer);
    this.#room.leave(this);
    this.#do(() => this.#withdraw());
  }

  async #withdraw(): Promise<void> {
    const left = await this.#database.all(withdraw, this.#id);
    for (const { task_key } of left) tellTaskWorkers(this.#deps, this.workspaceId, task_key);
  }
}
