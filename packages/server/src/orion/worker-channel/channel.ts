import { parseJson, WORKER_CHANNEL_VERSION, WorkerHeartbeatFrame, WorkerHelloFrame, WorkPoolResponse } from "@praetor/wire";
import type { RawData, WebSocket } from "ws";
import type { WorkPoolMessage } from "../../platform/bus/index.ts";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { ApiError } from "../../platform/errors.ts";
import type { SocketConnection } from "../../platform/http/index.ts";
import { textOf } from "../../platform/socket/index.ts";
import { readPool } from "../work-pools/index.ts";
import { hearBeat } from "../workers/index.ts";
import { ChannelRefused, closeChannel, type Closing } from "./closing.ts";
import { type Welcome, welcome } from "./welcome.ts";

/** Changes of a pool that come so close together are told as one. */
const COALESCED_MILLISECONDS = 50;

/** One worker's end of the channel of a pool: it tells that it lives, and is told what its pool is like. */
export class WorkerChannel {
  readonly #deps: Dependencies;
  readonly #peer: WebSocket;
  readonly #workspaceId: string;
  readonly #database: WorkspaceDatabase;
  readonly #poolName: string;
  /** Who came, once they were let in. */
  #consumer: { readonly id: string; readonly poolId: string } | undefined;
  #told: { sequence: number; pool: string } = { sequence: 1, pool: "" };
  #due: NodeJS.Timeout | undefined;
  #busy: Promise<void> = Promise.resolve();

  constructor(deps: Dependencies, { socket, workspaceId, params }: SocketConnection) {
    this.#deps = deps;
    this.#peer = socket;
    this.#workspaceId = workspaceId;
    this.#database = deps.databases.orion.workspace(workspaceId);
    this.#poolName = params["work_pool_name"] ?? "";
  }

  start(): void {
    // Before the pool is read for the first time, so that no change of it is missed between.
    const accepts = (message: WorkPoolMessage) => message.workspaceId === this.#workspaceId;
    const leave = this.#deps.bus.subscribe("work-pools", ({ poolId }) => this.#hasChanged(poolId), { accepts });
    this.#peer.once("close", () => {
      leave();
      clearTimeout(this.#due);
    });
    this.#peer.on("message", (data) => this.#do(() => this.#hear(data), "transient_server_error"));
  }

  /** What is heard is dealt with in its order. */
  #do(work: () => Promise<void>, otherwise: Closing): void {
    this.#busy = this.#busy.then(work).catch((error: unknown) => {
      if (error instanceof ChannelRefused) return closeChannel(this.#peer, error.closing);
      this.#deps.log.warn({ err: error }, "a worker's channel failed");
      return closeChannel(this.#peer, otherwise);
    });
  }

  async #hear(data: RawData): Promise<void> {
    if (this.#consumer === undefined) await this.#hearHello(data);
    else await this.#hearBeat(data, this.#consumer.id);
  }

  async #hearHello(data: RawData): Promise<void> {
    const frame = WorkerHelloFrame.parse(jsonOf(data));
    if (!frame.ok) throw new ChannelRefused("protocol_error", "no hello");
    const { payload } = frame.value;
    const welcomed = await welcome(this.#deps, this.#database, this.#poolName, payload);
    this.#consumer = { id: payload.consumer_id, poolId: welcomed.pool.id };
    this.#told.pool = WorkPoolResponse.dump(welcomed.pool);
    this.#send("worker.ready.v1", this.#ready(payload.consumer_id, payload.heartbeat_interval_seconds, welcomed));
  }

  #ready(consumerId: string, interval: number, { queues, accepted, rejected }: Welcome): string {
    const head = JSON.stringify({
      consumer_id: consumerId,
      worker_id: null,
      selected_channel_version: WORKER_CHANNEL_VERSION,
      effective_heartbeat_interval_seconds: interval,
      accepted_capabilities: accepted,
      rejected_capabilities: rejected,
      effective_max_cleanup_concurrency: 0,
      resolved_work_queues: queues,
    });
    return `${head.slice(0, -1)},"initial_snapshot":${this.#snapshot("initial")}}`;
  }

  async #hearBeat(data: RawData, consumerId: string): Promise<void> {
    const frame = WorkerHeartbeatFrame.parse(jsonOf(data));
    if (!frame.ok || frame.value.payload.consumer_id !== consumerId) throw new ChannelRefused("protocol_error", "no heartbeat");
    const { worker_name: name, heartbeat_interval_seconds: interval } = frame.value.payload;
    try {
      await hearBeat(this.#deps, this.#database, this.#poolName, { name, interval });
    } catch (error) {
      throw error instanceof ApiError
        ? new ChannelRefused("authorization_failed", "the pool is gone")
        : new ChannelRefused("heartbeat_persistence_failed", String(error));
    }
    await this.#tell("heartbeat_reconciliation");
  }

  #hasChanged(poolId: string): void {
    if (this.#consumer?.poolId !== poolId) return;
    this.#due ??= setTimeout(() => {
      this.#due = undefined;
      this.#do(() => this.#tell("work_pool_updated"), "transient_server_error");
    }, COALESCED_MILLISECONDS).unref();
  }

  /** Tells the worker what its pool is like, unless it knows. */
  async #tell(reason: string): Promise<void> {
    const pool = await readPool(this.#database, this.#poolName).catch((error: unknown) => {
      throw error instanceof ApiError ? new ChannelRefused("authorization_failed", "the pool is gone") : error;
    });
    const text = WorkPoolResponse.dump(pool);
    if (text === this.#told.pool) return;
    this.#told = { sequence: this.#told.sequence + 1, pool: text };
    this.#send("work_pool.snapshot.v1", this.#snapshot(reason));
  }

  #snapshot(reason: string): string {
    const { sequence, pool } = this.#told;
    return `{"snapshot_sequence":${sequence},"reason":"${reason}","work_pool":${pool}}`;
  }

  #send(type: string, payload: string): void {
    const head = JSON.stringify({ type, id: this.#deps.ids.timeOrdered(), sent_at: this.#deps.clock.now() });
    if (this.#peer.readyState === this.#peer.OPEN) this.#peer.send(`${head.slice(0, -1)},"payload":${payload}}`);
  }
}

function jsonOf(data: RawData): unknown {
  try {
    return parseJson(textOf(data));
  } catch {
    throw new ChannelRefused("protocol_error", "no JSON");
  }
}
