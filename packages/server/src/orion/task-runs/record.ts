import { secondsBetween } from "@praetor/wire";
import type { EventMessage } from "../../platform/bus/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { isolate } from "../../platform/isolate.ts";
import { detailsToKeep } from "../states/index.ts";
import { recordTaskRunEvents } from "./record-queries.ts";
import { readTaskRunEvent, tellsOfTaskRun, type TaskRunEvent, TaskRunEventUnreadable } from "./task-run-event.ts";

type Recorder = Pick<Dependencies, "databases" | "clock" | "log" | "metrics">;
type Told = EventMessage & { readonly told: TaskRunEvent };

/**
 * Records the task runs that a batch of events tells of; other events are none of its business. Resolves when the rows
 * are durable. An event that cannot be recorded, now or later, is logged and left out.
 *
 * @throws DatabaseUnavailable when the same batch may succeed later
 */
export async function recordTaskRuns(deps: Recorder, messages: readonly EventMessage[]): Promise<void> {
  const told = messages.filter(({ event }) => tellsOfTaskRun(event)).flatMap((message) => read(deps, message));
  await isolate(
    told,
    (batch) => record(deps, batch),
    ({ event }, error) => refuse(deps, event.id, error),
  );
  const now = deps.clock.now();
  for (const { event } of told) deps.metrics.recorded(secondsBetween(event.occurred, now));
}

function read(deps: Recorder, message: EventMessage): Told[] {
  try {
    return [{ ...message, told: readTaskRunEvent(message.event) }];
  } catch (error) {
    if (!(error instanceof TaskRunEventUnreadable)) throw error;
    refuse(deps, message.event.id, error);
    return [];
  }
}

function refuse({ log }: Recorder, event: string, error: Error): void {
  log.warn({ event, err: error }, "an event of a task run was not recorded");
}

async function record(deps: Recorder, batch: readonly Told[]): Promise<void> {
  const rows = JSON.stringify(batch.map(rowOf));
  const result = await deps.databases.orion.system.first(recordTaskRunEvents, rows);
  if (result && result.orphans > 0)
    deps.log.info({ events: result.orphans }, "events of task runs without their flow run were left out");
}

function rowOf({ workspaceId, event, told }: Told, position: number) {
  const { task_run: run, state } = told;
  return {
    ...run,
    position,
    workspace_id: workspaceId,
    id: told.task_run_id,
    flow_run_id: told.flow_run_id,
    labels: run.labels?.text ?? null,
    task_inputs: run.task_inputs?.text ?? null,
    state_id: event.id,
    state_type: state.type,
    state_name: state.name ?? event.event.slice(event.event.lastIndexOf(".") + 1),
    state_timestamp: event.occurred,
    message: state.message,
    state_details: detailsToKeep(state.state_details),
    data: state.data?.text ?? null,
  };
}
