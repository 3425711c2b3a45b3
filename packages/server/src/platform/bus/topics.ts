import type { ReceivedEvent } from "@praetor/wire";

/** An event on its way: what was received, and the workspace it belongs to. */
export interface EventMessage {
  readonly workspaceId: string;
  readonly event: ReceivedEvent;
}

/** Says that facts were committed for the outbox relay to carry on; the rows themselves are in PostgreSQL. */
export interface OutboxMessage {
  readonly workspaceId: string;
}

/** Every topic of the bus and what its messages are. */
export interface Topics {
  readonly events: EventMessage;
  readonly outbox: OutboxMessage;
}

export type Topic = keyof Topics;
