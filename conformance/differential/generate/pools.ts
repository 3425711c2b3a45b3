/**
 * The values that arguments are made of. Few of each, so that calls meet: a filter finds what another call has made, a
 * name is taken, a key is used again.
 */
import type { Json } from "../call.ts";

const many = <T>(value: T, times: number): T[] => Array.from({ length: times }, () => value);
const refs = (kind: string, count = 4): string[] => [
  ...Array.from({ length: count * 3 }, (_, index) => `@${kind}/${index % count}`),
  "@missing",
];

const NAMES = {
  flow: ["flow 1", "flow 2", "flow-3"],
  run: ["run 1", "run 2", "run_3", "RUN 4", "run 5%", "run 6"],
  variable: ["v1", "v2", "v_3"],
  limit: ["l1", "l2", "tag:a"],
  state: [
    "Scheduled",
    "Pending",
    "Running",
    "AwaitingRetry",
    "Late",
    "Suspended",
    "Paused",
    "Resuming",
    "Submitting",
    "Cancelled",
    "Odd 1",
  ],
  search: ["s 1", "s 2"],
  logger: ["prefect.flow_runs", "prefect.task_runs", "odd 1"],
};

/** Values of a property, the first pattern that matches `Model.property` decides. */
export const TEXTS: readonly (readonly [place: RegExp, values: readonly Json[]])[] = [
  [/^Flow(?:Create|FilterName)\.|flows\/name.*\.name$/, NAMES.flow],
  [/^(?:FlowRun|TaskRun)(?:Create|Update|FilterName)\.(?:name|any_)$/, NAMES.run],
  [/^Variable.*\.name$|^VariableFilterName\.|variables\/name.*\.name$/, NAMES.variable],
  [/^ConcurrencyLimitV2.*\.name$|\.names$|\.id_or_name$/, NAMES.limit],
  [/^(?:State|StateCreate)\.name$|FilterStateName\./, NAMES.state],
  [/^SavedSearch.*\.name$/, NAMES.search],
  [/^LogCreate\.name$/, NAMES.logger],
  [/\.like_$/, ["1", "run", "RUN", "_", "%", "", "flow", "k", "v"]],
  [/\.(?:tag|tags|all_)$|FilterTags\.any_$/, ["a", "b", "c"]],
  [/\.idempotency_key$|IdempotencyKey\./, ["i1", "i2"]],
  [/\.flow_version$|FlowVersion\./, ["1", "2"]],
  [/\.task_key$/, ["t1", "t2"]],
  [/\.dynamic_key$/, ["0", "1", "2"]],
  [/\.cache_key$/, ["c1", "c2"]],
  [/\.pause_key$/, ["p1", "p2"]],
  [/\.(?:key|prefix|exclude_keys)$|FilterKey\./, ["k1", "k2", "k-3"]],
  [/\.query$/, ["hello", "hello world", "-hello", "+hello world", '"hello world"', "!", "h_llo", "", "odd"]],
  [/\.message$/, ["hello world", "Hello 2", "because", ""]],
  [/\.type$|FilterType\./, ["markdown", "table", "result", "progress"]],
  [/\.infrastructure_pid$/, ["host:1", ""]],
  [/\.(?:work_pool_name|work_queue_name)$|WorkQueueName\.|Work(?:Pool|Queue)Filter/, ["nowhere 1"]],
  [/type_$/, ["SCHEDULE", "DEPLOYMENT"]],
];

export const OTHER_TEXTS: readonly Json[] = ["x 1", "y 2", ""];

/** Ids of a property, in the same way. */
export const IDS: readonly (readonly [place: RegExp, values: readonly Json[]])[] = [
  [
    /^State(?:Details)?\.transition_id$|\.transition_id$/,
    ["0aaaaaaa-0000-4000-8000-000000000001", "0aaaaaaa-0000-4000-8000-000000000002"],
  ],
  [/\.flow_id$|\.flow_ids$|^FlowFilterId\.|\/flows\/.*\.id$/, refs("flow", 2)],
  [/flow_run_ids?$|^FlowRunFilterId\.|FlowRunId\.|ParentFlowRunId\.|\/flow_runs\/.*\.id$/, refs("flow_run")],
  [/task_run_ids?$|^TaskRunFilterId\.|TaskRunId\.|ParentTaskRunId\.|\/task_runs\/.*\.id$/, refs("task_run")],
  [/\/flow_run_states\/.*\.id$/, refs("flow_run_state", 8)],
  [/\/task_run_states\/.*\.id$/, refs("task_run_state", 8)],
  [/^Artifact(?:Collection)?Filter(?:Latest)?Id\.|\/artifacts\/.*\.id$/, refs("artifact")],
  [/^VariableFilterId\.|\/variables\/.*\.id$/, refs("variable", 2)],
  [/\/saved_searches\/.*\.id$/, refs("saved_search", 2)],
  [/\/concurrency_limits\/.*\.id$/, [...refs("tag_limit", 2), "@limit/0"]],
  [/\.slot_override$/, refs("task_run", 2)],
  [/\.lease_id$/, refs("lease", 3)],
];
export const OTHER_IDS: readonly Json[] = ["@missing"];

const NEAR = ["@time/-48", "@time/-2", "@time/-1", "@time/0", "@time/1", "@time/2"];
export const TIMES: readonly (readonly [place: RegExp, values: readonly Json[]])[] = [[/\.history_/, NEAR]];
export const OTHER_TIMES: readonly Json[] = [...NEAR, "2020-02-29T12:00:00Z"];

/** Free JSON. */
export const DATA: readonly Json[] = [
  ...many<Json>(null, 2),
  { type: "unpersisted" },
  { type: "reference", storage_key: "s 1" },
  { artifact_type: "result", artifact_key: "k1", artifact_description: "d 1", value: 1 },
  { a: [1, "x", null, { b: 1.5 }] },
  5,
  "text 1",
  [1, 2],
  true,
  {},
];

export const INTEGERS: readonly (readonly [place: RegExp, values: readonly number[]])[] = [
  // which of many they take is chance
  [/\/bulk_\w+\.limit$/, [40, 50]],
];
export const OTHER_INTEGERS: readonly number[] = [0, 1, 1, 2, 2, 3, 5, 10, 20, 40];
export const NUMBERS: readonly (readonly [place: RegExp, values: readonly number[]])[] = [
  // the original makes a row for each interval, however many there are
  [/\.history_interval_seconds$/, [0.5, 60, 3600, 3600, 7200, 86_400]],
  [/\.slot_decay_per_second$/, [0, 0, 0.0001]],
];
export const OTHER_NUMBERS: readonly number[] = [0, 0.5, 1, 2, 60, 3600];
