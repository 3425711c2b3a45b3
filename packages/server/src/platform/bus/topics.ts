import type { Log, ReceivedEvent } from "@praetor/wire";

/** An event on its way: what was received, and the workspace it belongs to. */
export interface EventMessage {
  readonly workspaceId: string;
  readonly event: ReceivedEvent;
}

/** A line that a run logged, after it was stored. */
export interface LogMessage {
  readonly workspaceId: string;
  readonly log: Log;
}

/** Says that facts were committed for the outbox relay to carry on; the rows themselves are in PostgreSQL. */
export interface OutboxMessage {
  readonly workspaceId: string;
}

/** Says that a pool was changed or deleted, to the workers that are connected to it; the row itself is in PostgreSQL. */
export interface WorkPoolMessage {
  readonly workspaceId: string;
  readonly poolId: string;
}

/** Says that a task run waits for a task worker; the row itself is in PostgreSQL. */
export interface DeferredTaskMessage {
  readonly workspaceId: string;
  readonly taskKey: string;
}

/** Says that slots of concurrency limits may be free, to those who hold callers that wait for one. */
export interface SlotsMessage {
  readonly workspaceId: string;
  /** The limits; null when nobody looked which. */
  readonly limits: readonly string[] | null;
  /** How many came free, at most; 0 when nobody counted. */
  readonly slots: number;
}

/** Says that a deployment wants runs, to schedulers; what it wants is in PostgreSQL. */
export interface SchedulesMessage {
  readonly workspaceId: string;
}

/** Every topic of the bus and what its messages are. */
export interface Topics {
  readonly events: EventMessage;
  readonly logs: LogMessage;
  readonly outbox: OutboxMessage;
  readonly "work-pools": WorkPoolMessage;
  readonly "deferred-tasks": DeferredTaskMessage;
  readonly slots: SlotsMessage;
  readonly schedules: SchedulesMessage;
}

export type Topic = keyof Topics;
