/** The events by which the client tells of a task run, as its engine sends them. */
import { randomUUID } from "node:crypto";

const STATES = [
  ["PENDING", "Pending"],
  ["RUNNING", "Running"],
  ["COMPLETED", "Completed"],
] as const;

export const EVENTS_PER_RUN = STATES.length;

/** The three events of one task run, oldest first, as JSON texts. */
export function taskRunEvents(flowRunId: string, n: number): string[] {
  const taskRunId = randomUUID();
  const began = Date.now() * 1000;
  let previous: { id: string; type: string; name: string } | undefined;
  return STATES.map(([type, name], step) => {
    const id = randomUUID();
    const occurred = instant(began + step);
    const event = eventOf({ id, taskRunId, flowRunId, n, type, name, step, occurred, previous });
    previous = { id, type, name };
    return JSON.stringify(event);
  });
}

/** Microseconds since 1970 as the wire has them. */
function instant(microseconds: number): string {
  const seconds = new Date(Math.floor(microseconds / 1000)).toISOString().slice(0, -1);
  return `${seconds}${String(microseconds % 1000).padStart(3, "0")}Z`;
}

interface Told {
  readonly id: string;
  readonly taskRunId: string;
  readonly flowRunId: string;
  readonly n: number;
  readonly type: string;
  readonly name: string;
  readonly step: number;
  readonly occurred: string;
  readonly previous: { id: string; type: string; name: string } | undefined;
}

const state = (of: { type: string; name: string }) => ({ ...of, message: "", state_details: {}, data: null });

function eventOf(told: Told) {
  const { id, flowRunId, type, name, occurred, previous } = told;
  const flowRun = {
    "prefect.resource.id": `prefect.flow-run.${flowRunId}`,
    "prefect.resource.role": "flow-run",
    "prefect.resource.name": "bench",
  };
  return {
    id,
    occurred,
    event: `prefect.task-run.${name}`,
    resource: resourceOf(told),
    related: [flowRun],
    payload: {
      intended: { from: previous?.type ?? null, to: type },
      initial_state: previous ? state({ type: previous.type, name: previous.name }) : null,
      validated_state: state({ type, name }),
      task_run: taskRunOf(told),
    },
    follows: previous?.id ?? null,
  };
}

function resourceOf({ taskRunId, n, type, name, step, occurred }: Told) {
  return {
    "prefect.resource.id": `prefect.task-run.${taskRunId}`,
    "prefect.resource.name": `add-${n}`,
    "prefect.run-count": step === 0 ? "0" : "1",
    "prefect.state-message": "",
    "prefect.state-type": type,
    "prefect.state-name": name,
    "prefect.state-timestamp": occurred.replace("Z", "+00:00"),
    "prefect.orchestration": "client",
  };
}

function taskRunOf({ taskRunId, n, step, occurred }: Told) {
  return {
    name: `add-${n}`,
    task_key: "add-1f2e3d4c",
    dynamic_key: `${taskRunId}-${n}`,
    empirical_policy: { retries: 0, retry_delay: 0, max_retries: 0, retry_delay_seconds: 0 },
    tags: [],
    labels: {},
    task_inputs: { a: [], b: [] },
    run_count: step === 0 ? 0 : 1,
    flow_run_run_count: 1,
    expected_start_time: occurred,
    total_run_time: 0,
    ...(step > 0 && { start_time: occurred }),
    ...(step > 1 && { end_time: occurred }),
  };
}
