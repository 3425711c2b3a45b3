import type { Timestamp } from "@praetor/wire";
import type { Clock } from "../../platform/clock.ts";
import type { Ids } from "../../platform/identity.ts";

/** A row for `orion.outbox`, to be inserted by the statement that makes the fact true. */
export interface OutboxRow {
  readonly id: string;
  /** The event's JSON. */
  readonly event: string;
}

/** That a thing came to be, changed or went: `prefect.flow.created` and its like. */
export interface LifecycleEvent {
  /** `prefect.flow.created`. */
  readonly event: string;
  /** `prefect.flow.<id>`. */
  readonly resourceId: string;
  readonly name: string;
  /** Labels of the thing beside its id and name. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly related?: readonly Readonly<Record<string, string>>[];
  /** JSON text, so that what users stored is told as they spelled it. */
  readonly payload?: string;
  readonly occurred?: Timestamp;
  /** The event that came right before it and must be dealt with first. */
  readonly follows?: string | null;
}

/** Gives a lifecycle event its identity and time, as the outbox keeps it. */
export function lifecycleEvent(deps: { readonly clock: Clock; readonly ids: Ids }, event: LifecycleEvent): OutboxRow {
  const id = deps.ids.timeOrdered();
  const resource = { "prefect.resource.id": event.resourceId, "prefect.resource.name": event.name, ...event.labels };
  const head = JSON.stringify({
    id,
    event: event.event,
    occurred: event.occurred ?? deps.clock.now(),
    follows: event.follows ?? null,
    resource,
    related: event.related ?? [],
  });
  return { id, event: `${head.slice(0, -1)},"payload":${event.payload ?? "{}"}}` };
}
