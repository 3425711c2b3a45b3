import type { Timestamp } from "@praetor/wire";

/** The labels of a thing that an event speaks of, `prefect.resource.id` among them. */
export type ResourceLabels = Readonly<Record<string, string>>;

/** A state as an event tells it; `pause_reschedule` is text and present only on pauses. */
export interface StatePayload {
  readonly type: string;
  readonly name?: string;
  readonly message?: string;
  readonly pause_reschedule?: "true" | "false";
}

/** `prefect.flow-run.{state name}`: a flow run took a state. `received` is set where the event is stored. */
export interface FlowRunEvent {
  /** The state's own id. */
  readonly id: string;
  readonly event: string;
  readonly occurred: Timestamp;
  /** The state before, when less than five minutes lie between the two. */
  readonly follows: string | null;
  readonly resource: ResourceLabels;
  readonly related: readonly ResourceLabels[];
  readonly payload: {
    readonly intended: { readonly from: string | null; readonly to: string };
    readonly initial_state: StatePayload | null;
    readonly validated_state: StatePayload;
  };
}
