import { addSeconds, JsonText, type ReceivedEvent, type Timestamp } from "@praetor/wire";
import { sql, type SystemExecutor } from "../../platform/database/index.ts";
import { testId } from "../../testing/ids.ts";

/** Puts a flow run where task runs can belong to it, and returns its id. */
export async function insertFlowRun(database: SystemExecutor, workspaceId: string): Promise<string> {
  const [flowId, id] = [testId(), testId()];
  await database.compose(
    () => sql`with flow as (
        insert into orion.flow (workspace_id, id, name) values (${workspaceId}::uuid, ${flowId}::uuid, ${`flow ${flowId}`}))
      insert into orion.flow_run (workspace_id, id, flow_id, name)
      values (${workspaceId}::uuid, ${id}::uuid, ${flowId}::uuid, 'calm-otter')`,
  );
  return id;
}

export interface TestTaskRun {
  readonly id: string;
  readonly flowRunId: string | null;
  readonly taskKey: string;
  readonly dynamicKey: string;
}

export function testTaskRun(parts: Partial<TestTaskRun> = {}): TestTaskRun {
  const id = testId();
  return { id, flowRunId: null, taskKey: "greet-1234abcd", dynamicKey: id, ...parts };
}

/** One state in the life of a task run, `at` seconds after its beginning. */
export interface TestState {
  readonly at: number;
  readonly type: string;
  readonly name?: string;
  readonly id?: string;
  readonly taskRun?: Record<string, unknown>;
  readonly state?: Record<string, unknown>;
}

const BEGINNING = "2026-11-23T10:00:00.123456Z" as Timestamp;
export const testInstant = (seconds: number) => addSeconds(BEGINNING, seconds);
const titled = (type: string) => `${type.charAt(0)}${type.slice(1).toLowerCase()}`;

/** The event that a process sends when its task run takes a state. */
export function taskRunEvent(
  run: TestTaskRun,
  { at, type, name = titled(type), id = testId(), ...parts }: TestState,
): ReceivedEvent {
  const payload = {
    intended: { from: null, to: type },
    initial_state: null,
    validated_state: { type, name, message: "", state_details: {}, data: null, ...parts.state },
    task_run: {
      name: "greet-0",
      task_key: run.taskKey,
      dynamic_key: run.dynamicKey,
      empirical_policy: { max_retries: 0, retry_delay_seconds: 0, retries: 2, retry_delay: 1, retry_jitter_factor: null },
      tags: ["one", "two"],
      labels: { "prefect.flow.id": "x" },
      task_inputs: { who: [] },
      run_count: 0,
      flow_run_run_count: 1,
      expected_start_time: BEGINNING,
      total_run_time: 0,
      ...parts.taskRun,
    },
  };
  const flowRun = { "prefect.resource.id": `prefect.flow-run.${run.flowRunId}`, "prefect.resource.role": "flow-run" };
  return {
    id,
    event: `prefect.task-run.${name}`,
    occurred: testInstant(at),
    received: testInstant(at),
    resource: { "prefect.resource.id": `prefect.task-run.${run.id}`, "prefect.orchestration": "client" },
    related: run.flowRunId === null ? [] : [flowRun],
    payload: JsonText.of(payload),
    follows: null,
  };
}

/** The events of a task run that fails once, is retried and completes. */
export function lifeOf(run: TestTaskRun): ReceivedEvent[] {
  const started = { run_count: 1, start_time: testInstant(1) };
  const retried = { ...started, run_count: 2, total_run_time: 1.5 };
  const states: TestState[] = [
    { at: 0, type: "PENDING" },
    { at: 1, type: "RUNNING", taskRun: started },
    { at: 2, type: "SCHEDULED", name: "AwaitingRetry", taskRun: { ...started, total_run_time: 1 }, state: { message: "retry" } },
    {
      at: 3,
      type: "RUNNING",
      name: "Retrying",
      taskRun: { ...retried, task_inputs: { who: [{ input_type: "parameter", name: "x" }] } },
    },
    {
      at: 4,
      type: "COMPLETED",
      taskRun: { ...retried, end_time: testInstant(4), total_run_time: 2.5 },
      state: { data: { storage_key: "k" }, state_details: { cache_key: "c", untrackable_result: true } },
    },
  ];
  return states.map((state) => taskRunEvent(run, state));
}
