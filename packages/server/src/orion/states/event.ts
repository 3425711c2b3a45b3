import { secondsBetween, type Timestamp } from "@praetor/wire";
import type { FlowRunFacts, FlowRunSurroundings } from "./facts.ts";
import type { State } from "./state.ts";

/** Characters of a long message that an event repeats, half of them from its beginning and half from its end. */
const MESSAGE_LENGTH = 100_000;
/** Seconds within which one event is said to follow another. */
const FOLLOWING = 300;

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

/** The event of a flow run's having taken a state; `runCount` is the run's count with it. */
export function flowRunEvent(facts: FlowRunFacts, initial: State | null, written: State, runCount: number): FlowRunEvent {
  return {
    id: written.id,
    event: `prefect.flow-run.${written.name}`,
    occurred: written.timestamp,
    follows: initial && secondsBetween(initial.timestamp, written.timestamp) < FOLLOWING ? initial.id : null,
    resource: {
      "prefect.resource.id": `prefect.flow-run.${facts.id}`,
      "prefect.resource.name": facts.name,
      "prefect.run-count": String(runCount),
      "prefect.state-message": shortened(written.message ?? ""),
      "prefect.state-name": written.name,
      "prefect.state-timestamp": written.timestamp.replace("Z", "+00:00"),
      "prefect.state-type": written.type,
    },
    related: relatedResources(facts),
    payload: {
      intended: { from: initial?.type ?? null, to: written.type },
      initial_state: initial && statePayload(initial),
      validated_state: statePayload(written),
    },
  };
}

function statePayload({ type, name, message, state_details }: State): StatePayload {
  return {
    type,
    ...(name && { name }),
    ...(message && { message: shortened(message) }),
    ...(type === "PAUSED" && { pause_reschedule: state_details.pause_reschedule ? "true" : "false" }),
  };
}

function shortened(message: string): string {
  const half = MESSAGE_LENGTH / 2;
  const told = `...${message.length - MESSAGE_LENGTH} additional characters...`;
  if (message.length <= MESSAGE_LENGTH + told.length) return message;
  // A pair of surrogates may have been cut in two.
  return (message.slice(0, half) + told + message.slice(-half)).toWellFormed();
}

/** The things around a run, then their tags and its own, then who made it. */
function relatedResources({ tags, surroundings }: FlowRunFacts): ResourceLabels[] {
  const { flow, deployment, work_queue, work_pool, task_run } = surroundings;
  const all = new Set([...tags, ...[flow, deployment, task_run].flatMap((thing) => thing?.tags ?? [])]);
  return [
    ...related("flow", flow),
    ...related("deployment", deployment),
    ...related("work-queue", work_queue),
    ...related("work-pool", work_pool, work_pool && { "prefect.work-pool.type": work_pool.type }),
    ...related("task-run", task_run),
    ...[...all].sort().map((tag) => ({ "prefect.resource.id": `prefect.tag.${tag}`, "prefect.resource.role": "tag" })),
    ...creator(surroundings.created_by),
  ];
}

function related(
  role: string,
  thing: { readonly id: string; readonly name: string } | null,
  labels: ResourceLabels | null = null,
): ResourceLabels[] {
  if (thing === null) return [];
  return [
    {
      "prefect.resource.id": `prefect.${role}.${thing.id}`,
      "prefect.resource.role": role,
      "prefect.resource.name": thing.name,
      ...labels,
    },
  ];
}

/** Only deployments and automations are things that an event can name; other makers are not told. */
function creator(made: FlowRunSurroundings["created_by"]): ResourceLabels[] {
  if (made === null || (made.type !== "DEPLOYMENT" && made.type !== "AUTOMATION")) return [];
  return [
    {
      "prefect.resource.id": `prefect.${made.type.toLowerCase()}.${made.id}`,
      "prefect.resource.role": "creator",
      ...(made.display_value && { "prefect.resource.name": made.display_value }),
    },
  ];
}
