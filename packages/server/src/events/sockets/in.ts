import { type Event, eventSchemas, type Schema } from "@praetor/wire";
import type { WebSocket } from "ws";
import type { Dependencies } from "../../platform/dependencies.ts";
import { type Socket, socket, type SocketConnection } from "../../platform/http/index.ts";
import { shakeHands, textOf } from "../../platform/socket/index.ts";
import { readEvent } from "../frame.ts";
import type { Ingest } from "../ingest.ts";

const TRY_AGAIN_LATER = 1013;
/** Events of one peer that may be on their way before its socket is no longer read. */
const MAXIMUM_PENDING = 2000;

/** `/events/in`: each frame is an event, and a pong says that every event before its ping is durable. */
export function eventsIn(deps: Dependencies, ingest: Ingest): Socket {
  const { Event } = eventSchemas(deps.settings.events);
  return socket({
    path: "/events/in",
    permission: "manage_events",
    handle(connection) {
      shakeHands(connection, deps.settings.api.authString, () => new IncomingEvents(connection, deps, ingest, Event).listen());
    },
  });
}

/**
 * One peer that sends events. The protocol knows no other acknowledgement than the pong, so pings wait for the events
 * before them; a peer whose events cannot be kept is told to come again, and will send everything since its last pong.
 * An event that is none is skipped: the peer could not send it better.
 */
class IncomingEvents {
  readonly #socket: WebSocket;
  readonly #workspaceId: string;
  readonly #deps: Dependencies;
  readonly #ingest: Ingest;
  readonly #schema: Schema<Event>;
  /** The oldest first. */
  readonly #pending = new Set<Promise<void>>();
  #ping: Buffer | undefined;
  #answering = false;
  #paused = false;
  #skipped = 0;

  constructor({ socket, workspaceId }: SocketConnection, deps: Dependencies, ingest: Ingest, schema: Schema<Event>) {
    this.#socket = socket;
    this.#workspaceId = workspaceId;
    this.#deps = deps;
    this.#ingest = ingest;
    this.#schema = schema;
  }

  listen(): void {
    this.#socket.on("message", (data) => this.#take(data as Buffer));
    this.#socket.on("ping", (data) => {
      this.#ping = data;
      if (!this.#answering) void this.#answer();
    });
    this.#socket.on("close", () => {
      if (this.#skipped > 1) this.#deps.log.warn({ events: this.#skipped }, "events of one sender were skipped");
    });
  }

  #take(frame: Buffer): void {
    const event = this.#read(frame);
    if (!event) return;
    const message = { workspaceId: this.#workspaceId, event: { ...event, received: this.#deps.clock.now() } };
    const kept = this.#ingest.accept(message, frame.length).then(
      () => void this.#pending.delete(kept),
      (error: unknown) => this.#giveUp(error),
    );
    this.#pending.add(kept);
    if (!this.#paused && (this.#ingest.crowded || this.#pending.size >= MAXIMUM_PENDING)) void this.#pause();
  }

  #read(frame: Buffer): Event | undefined {
    if (frame.length > this.#deps.settings.events.maximumSizeBytes) return this.#skip("larger than allowed");
    try {
      const parsed = readEvent(textOf(frame), this.#schema);
      return parsed.ok ? parsed.value : this.#skip(parsed.issues.map(({ loc, msg }) => `${loc.join(".")}: ${msg}`).join("; "));
    } catch (error) {
      return this.#skip(String(error));
    }
  }

  /** One line for the first and one for all of them: a sender that errs at all errs often. */
  #skip(reason: string): undefined {
    this.#skipped += 1;
    if (this.#skipped === 1) this.#deps.log.warn({ reason }, "an event was skipped");
    return undefined;
  }

  /** Stops reading until there is room again; what the peer sends meanwhile stays with the peer. */
  async #pause(): Promise<void> {
    this.#paused = true;
    this.#socket.pause();
    await (this.#ingest.crowded ? this.#ingest.relieved : Promise.all([...this.#pending].slice(0, MAXIMUM_PENDING / 2)));
    this.#socket.resume();
    this.#paused = false;
  }

  /** Only the last of several pings needs an answer: its pong stands for the ones before. */
  async #answer(): Promise<void> {
    this.#answering = true;
    while (this.#ping) {
      const data = this.#ping;
      this.#ping = undefined;
      await Promise.all(this.#pending);
      if (this.#socket.readyState === this.#socket.OPEN) this.#socket.pong(data);
    }
    this.#answering = false;
  }

  /** The socket is closing before the event counts as dealt with, so no pong can follow. */
  #giveUp(error: unknown): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#deps.log.warn({ err: error }, "events could not be kept; their sender must send them again");
    this.#socket.close(TRY_AGAIN_LATER, "Events cannot be stored now");
  }
}
