import { identity } from "./identity.ts";
import {
  type Fields,
  integer,
  JsonText,
  kept,
  list,
  literal,
  map,
  model,
  nullable,
  number,
  patch,
  rewritten,
  string,
  type Timestamp,
  timestamp,
  union,
  uuid,
} from "./kit/index.ts";
import { type Labels, labels, noLabels } from "./labels.ts";
import { runName } from "./run-name.ts";
import { noTaskRunPolicy, TaskRunPolicy } from "./run-policies.ts";
import { State, StateCreate, StateType } from "./states.ts";

export const TaskRunResult = model<{ input_type: "task_run"; id: string }>("TaskRunResult", {
  input_type: literal("task_run").default("task_run"),
  id: uuid(),
});
export const FlowRunResult = model<{ input_type: "flow_run"; id: string }>("FlowRunResult", {
  input_type: literal("flow_run").default("flow_run"),
  id: uuid(),
});
export const Parameter = model<{ input_type: "parameter"; name: string }>("Parameter", {
  input_type: literal("parameter").default("parameter"),
  name: string(),
});
export const Constant = model<{ input_type: "constant"; type: string }>("Constant", {
  input_type: literal("constant").default("constant"),
  type: string(),
});

/** What a task run was given, by parameter: other runs, the flow's parameters, constants. Kept as it was sent. */
const inputs = map(list(union([TaskRunResult, FlowRunResult, Parameter, Constant])));
export const taskInputs = () => kept(inputs);
const emptyObject = () => new JsonText("{}");

/** A task run as it is answered. Durations are seconds. */
export interface TaskRun {
  id: string;
  created: Timestamp | null;
  updated: Timestamp | null;
  name: string;
  flow_run_id: string | null;
  task_key: string;
  dynamic_key: string;
  cache_key: string | null;
  cache_expiration: Timestamp | null;
  task_version: string | null;
  empirical_policy: TaskRunPolicy;
  tags: string[];
  labels: Labels | null;
  state_id: string | null;
  task_inputs: JsonText;
  state_type: StateType | null;
  state_name: string | null;
  run_count: number;
  flow_run_run_count: number;
  expected_start_time: Timestamp | null;
  next_scheduled_start_time: Timestamp | null;
  start_time: Timestamp | null;
  end_time: Timestamp | null;
  total_run_time: number;
  estimated_run_time: number;
  estimated_start_time_delta: number;
  state: State | null;
}
const taskRun: Fields<TaskRun> = {
  ...identity,
  name: string().default(() => ""),
  flow_run_id: nullable(uuid()).default(null),
  task_key: string(),
  dynamic_key: string(),
  cache_key: nullable(string()).default(null),
  cache_expiration: nullable(timestamp()).default(null),
  task_version: nullable(string()).default(null),
  empirical_policy: TaskRunPolicy.default(noTaskRunPolicy),
  tags: list(string()).default(() => []),
  labels: nullable(labels()).default(noLabels),
  state_id: nullable(uuid()).default(null),
  task_inputs: taskInputs().default(emptyObject),
  state_type: nullable(StateType).default(null),
  state_name: nullable(string()).default(null),
  run_count: integer().default(0),
  flow_run_run_count: integer().default(0),
  expected_start_time: nullable(timestamp()).default(null),
  next_scheduled_start_time: nullable(timestamp()).default(null),
  start_time: nullable(timestamp()).default(null),
  end_time: nullable(timestamp()).default(null),
  total_run_time: number().default(0),
  estimated_run_time: number().default(0),
  estimated_start_time_delta: number().default(0),
  state: nullable(State).default(null),
};
export const TaskRun = model<TaskRun>("TaskRun", taskRun);

/** A task run as a page of task runs lists it: with less than it is read with. */
export type ListedTaskRun = Omit<
  TaskRun,
  | "dynamic_key"
  | "cache_key"
  | "cache_expiration"
  | "labels"
  | "state_type"
  | "state_name"
  | "run_count"
  | "flow_run_run_count"
  | "expected_start_time"
  | "next_scheduled_start_time"
>;
export const TaskRunResponse = model<ListedTaskRun>("TaskRunResponse", {
  id: taskRun.id,
  created: taskRun.created,
  updated: taskRun.updated,
  name: taskRun.name,
  flow_run_id: taskRun.flow_run_id,
  task_key: taskRun.task_key,
  state_id: taskRun.state_id,
  state: taskRun.state,
  task_version: taskRun.task_version,
  task_inputs: taskRun.task_inputs,
  empirical_policy: taskRun.empirical_policy,
  tags: taskRun.tags,
  start_time: taskRun.start_time,
  end_time: taskRun.end_time,
  total_run_time: taskRun.total_run_time,
  estimated_run_time: taskRun.estimated_run_time,
  estimated_start_time_delta: taskRun.estimated_start_time_delta,
});

/** A task run as pages show it: with the name of its flow run. */
export interface NamedTaskRun extends TaskRun {
  flow_run_name: string | null;
}
export const UITaskRun = model<NamedTaskRun>("UITaskRun", { ...taskRun, flow_run_name: nullable(string()).default(null) });

export interface TaskRunCreate {
  id: string | null;
  state: StateCreate | null;
  name: string | null;
  flow_run_id: string | null;
  task_key: string;
  dynamic_key: string;
  cache_key: string | null;
  cache_expiration: Timestamp | null;
  task_version: string | null;
  empirical_policy: TaskRunPolicy;
  tags: string[];
  labels: Labels | null;
  task_inputs: JsonText;
}
export const MAXIMUM_CACHE_KEY_LENGTH = 2000;

export const TaskRunCreate = model<TaskRunCreate>(
  "TaskRunCreate",
  {
    id: nullable(uuid()).default(null),
    state: nullable(StateCreate).default(null),
    name: runName(),
    flow_run_id: nullable(uuid()).default(null),
    task_key: string(),
    dynamic_key: string(),
    cache_key: nullable(string())
      .check((key) =>
        key !== null && key.length > MAXIMUM_CACHE_KEY_LENGTH
          ? `Cache key exceeded maximum allowed length of ${MAXIMUM_CACHE_KEY_LENGTH} characters.`
          : undefined,
      )
      .default(null),
    cache_expiration: nullable(timestamp()).default(null),
    task_version: nullable(string()).default(null),
    empirical_policy: TaskRunPolicy.default(noTaskRunPolicy),
    tags: list(string()).default(() => []),
    labels: nullable(labels()).default(noLabels),
    task_inputs: rewritten(inputs).default(emptyObject),
  },
  { extra: "forbid" },
);

export interface TaskRunUpdate {
  name: string | null;
}
export const TaskRunUpdate = patch<TaskRunUpdate>("TaskRunUpdate", { name: runName() });
