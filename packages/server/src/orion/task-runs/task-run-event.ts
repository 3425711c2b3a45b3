import {
  duration,
  emptyStateDetails,
  integer,
  json,
  type JsonText,
  kept,
  labels,
  list,
  model,
  optional,
  parseJson,
  type ReceivedEvent,
  RESOURCE_ID,
  RESOURCE_ROLE,
  StateDetails,
  StateType,
  string,
  taskInputs,
  TaskRunPolicy,
  type Timestamp,
  timestamp,
  uuid,
} from "@praetor/wire";

/** A task run as its own process tells it. What is null was not said. */
export interface ToldTaskRun {
  readonly name: string | null;
  readonly task_key: string;
  readonly dynamic_key: string;
  readonly cache_key: string | null;
  readonly cache_expiration: Timestamp | null;
  readonly task_version: string | null;
  readonly empirical_policy: TaskRunPolicy | null;
  readonly tags: string[] | null;
  readonly labels: JsonText | null;
  readonly task_inputs: JsonText | null;
  readonly run_count: number | null;
  readonly flow_run_run_count: number | null;
  readonly expected_start_time: Timestamp | null;
  readonly next_scheduled_start_time: Timestamp | null;
  readonly start_time: Timestamp | null;
  readonly end_time: Timestamp | null;
  readonly total_run_time: number | null;
}

interface ToldState {
  readonly type: StateType;
  readonly name: string | null;
  readonly message: string | null;
  readonly state_details: StateDetails;
  readonly data: JsonText | null;
}

/** What one event says: a task run took a state. The event's id and time are the state's. */
export interface TaskRunEvent {
  readonly task_run_id: string;
  readonly flow_run_id: string | null;
  readonly task_run: ToldTaskRun;
  readonly state: ToldState;
}

/** As in the labels of events. */
const text = string({ stripNul: true });

const Payload = model<{ task_run: ToldTaskRun; validated_state: ToldState }>("TaskRunEventPayload", {
  task_run: model<ToldTaskRun>("ToldTaskRun", {
    name: optional(text),
    task_key: text,
    dynamic_key: text,
    cache_key: optional(text),
    cache_expiration: optional(timestamp()),
    task_version: optional(text),
    empirical_policy: optional(TaskRunPolicy),
    tags: optional(list(text)),
    labels: optional(kept(labels())),
    task_inputs: optional(taskInputs()),
    run_count: optional(integer()),
    flow_run_run_count: optional(integer()),
    expected_start_time: optional(timestamp()),
    next_scheduled_start_time: optional(timestamp()),
    start_time: optional(timestamp()),
    end_time: optional(timestamp()),
    total_run_time: optional(duration()),
  }),
  validated_state: model<ToldState>("ToldState", {
    type: StateType,
    name: optional(text),
    message: optional(text),
    state_details: StateDetails.default(emptyStateDetails),
    data: optional(json()),
  }),
});

const PREFIX = "prefect.task-run";
const ORCHESTRATION = "prefect.orchestration";

/** Whether the event tells of a task run that its own process orchestrates. Those that the server moved are recorded already. */
export function tellsOfTaskRun({ event, resource }: ReceivedEvent): boolean {
  return event.startsWith(PREFIX) && resource[ORCHESTRATION] === "client";
}

/** @throws TaskRunEventUnreadable */
export function readTaskRunEvent({ resource, related, payload }: ReceivedEvent): TaskRunEvent {
  const { task_run, validated_state: state } = readPayload(payload);
  const flowRun = related.find((labels) => labels[RESOURCE_ROLE] === "flow-run");
  return {
    task_run_id: objectId(resource[RESOURCE_ID], PREFIX),
    flow_run_id: flowRun ? objectId(flowRun[RESOURCE_ID], "prefect.flow-run") : null,
    task_run,
    state,
  };
}

function readPayload({ text }: JsonText) {
  const parsed = Payload.parse(readJson(text));
  if (parsed.ok) return parsed.value;
  const faults = parsed.issues.map(({ loc, msg }) => `${loc.join(".")}: ${msg}`);
  throw new TaskRunEventUnreadable(faults.slice(0, 3).join("; "));
}

function readJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new TaskRunEventUnreadable(String(error));
  }
}

/** The UUID of a resource id such as `prefect.flow-run.<uuid>`. */
function objectId(resourceId: string | undefined, kind: string): string {
  const parsed = resourceId?.startsWith(`${kind}.`) ? uuid().parse(resourceId.slice(kind.length + 1)) : undefined;
  if (parsed?.ok) return parsed.value;
  throw new TaskRunEventUnreadable(`a resource is no ${kind}`);
}

/** An event that looks like one of a task run but does not say what it must. */
export class TaskRunEventUnreadable extends Error {
  constructor(fault: string) {
    super(`The event does not describe a task run (${fault}).`);
    this.name = "TaskRunEventUnreadable";
  }
}
