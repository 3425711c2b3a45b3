import { addSeconds, EventFilter, ReceivedEvent, secondsBetween } from "@praetor/wire";
import type { EventMessage } from "../../platform/bus/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { type Socket, socket, type SocketConnection } from "../../platform/http/index.ts";
import { answerPings, awaitFilter, Sender, shakeHands } from "../../platform/socket/index.ts";
import { eventMatcher } from "../match.ts";
import { type Position, readEvents } from "../read.ts";
import { Recent } from "../recent.ts";

const INTERNAL_ERROR = 1011;
const REMEMBERED = 2000;

/** `/events/out`: the events that a peer's filter asks for, those of the last minutes first and then as they come. */
export function eventsOut(deps: Dependencies): Socket {
  return socket({
    path: "/events/out",
    permission: "see_events",
    handle(connection) {
      const { socket } = connection;
      shakeHands(connection, deps.settings.api.authString, () => {
        answerPings(socket);
        awaitFilter(socket, EventFilter, "EventFilter", ({ filter, message }) => {
          const outgoing = new OutgoingEvents(deps, connection, recentFirst(deps, filter));
          outgoing.start(message["backfill"] !== false);
        });
      });
    },
  });
}

/** Nobody may ask for more of the past than the settings allow. */
function recentFirst({ clock, settings }: Dependencies, filter: EventFilter): EventFilter {
  const earliest = addSeconds(clock.now(), -settings.events.maximumWebsocketBackfill);
  const { since, until } = filter.occurred;
  return { ...filter, order: "ASC", occurred: { since: secondsBetween(earliest, since) > 0 ? since : earliest, until } };
}

/** An event is written once, however many peers want it. */
const frames = new WeakMap<ReceivedEvent, string>();

function frameOf(event: ReceivedEvent): string {
  const known = frames.get(event);
  if (known !== undefined) return known;
  const frame = `{"type":"event","event":${ReceivedEvent.dump(event)}}`;
  frames.set(event, frame);
  return frame;
}

class OutgoingEvents {
  readonly #deps: Dependencies;
  readonly #connection: SocketConnection;
  readonly #filter: EventFilter;
  readonly #sender: Sender;
  /** What was sent, since an event of the past may also be among those that come. */
  readonly #sent = new Recent<string>(REMEMBERED);
  #past: Promise<void> | undefined;

  constructor(deps: Dependencies, connection: SocketConnection, filter: EventFilter) {
    this.#deps = deps;
    this.#connection = connection;
    this.#filter = filter;
    this.#sender = new Sender(connection.socket);
  }

  /** Subscribes before it looks back, so that nothing falls between. */
  start(wantsPast: boolean): void {
    if (this.#deps.settings.events.streamOutEnabled) this.#subscribe();
    if (wantsPast) this.#past = this.#sendPast().finally(() => (this.#past = undefined));
  }

  #subscribe(): void {
    const { socket, workspaceId } = this.#connection;
    const matches = eventMatcher(this.#filter);
    const accepts = (message: EventMessage) => message.workspaceId === workspaceId && matches(message.event);
    const unsubscribe = this.#deps.bus.subscribe("events", ({ event }) => this.#sendLive(event), { accepts });
    socket.once("close", unsubscribe);
  }

  #sendLive(event: ReceivedEvent): Promise<void> | void {
    return this.#past ? this.#past.then(() => this.#send(event)) : this.#send(event);
  }

  #send(event: ReceivedEvent): Promise<void> | void {
    if (this.#sent.add(event.id)) return this.#sender.send(frameOf(event));
  }

  /** A peer that cannot be told of the past is better off connecting again than believing that there was none. */
  async #sendPast(): Promise<void> {
    try {
      await this.#pages();
    } catch (error) {
      this.#deps.log.warn({ err: error }, "past events could not be read for a subscriber");
      this.#connection.socket.close(INTERNAL_ERROR);
    }
  }

  async #pages(): Promise<void> {
    const database = this.#deps.databases.events.workspace(this.#connection.workspaceId);
    const limit = this.#deps.settings.events.websocketBackfillPageSize;
    let after: Position | undefined;
    do {
      // From the primary: a replica may not have yet what was announced before the subscription.
      const page = await readEvents(database, this.#filter, { limit, after: after ?? null }, { access: "primary" });
      for (const event of page) await this.#send(event);
      after = page.length < limit ? undefined : page.at(-1);
    } while (after && this.#sender.open);
  }
}
