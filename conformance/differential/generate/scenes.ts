/** What sequences begin with and what they are mostly about, so that most of their calls meet something. */
import type { Call, Json } from "../call.ts";

const post = (path: string, body: Json): Call => ({ method: "POST", path, body });
const propose = (kind: "flow_run" | "task_run", type: string): Call => ({
  method: "POST",
  path: `/${kind}s/{id}/set_state`,
  params: { id: `@${kind}/0` },
  body: { state: { type } },
});

const RUNS = [
  post("/flows/", { name: "flow 1", tags: ["a"] }),
  post("/flow_runs/", { flow_id: "@flow/0", name: "run 1", tags: ["a"] }),
];
const TASK_RUN = post("/task_runs/", {
  flow_run_id: "@flow_run/0",
  name: "run 1",
  task_key: "t1",
  dynamic_key: "0",
  tags: ["a"],
});
const RUNNING = [...RUNS, propose("flow_run", "RUNNING"), TASK_RUN];
const MORE_RUNS = [
  ...RUNNING,
  post("/flows/", { name: "flow 2", tags: ["b"] }),
  post("/flow_runs/", {
    flow_id: "@flow/1",
    name: "run 2",
    tags: ["a", "b"],
    state: { type: "SCHEDULED", state_details: { scheduled_time: "@time/1" } },
  }),
  post("/flow_runs/", { flow_id: "@flow/0", name: "run_3", parent_task_run_id: "@task_run/0" }),
  post("/task_runs/", { flow_run_id: null, name: "run 2", task_key: "t2", dynamic_key: "0" }),
];
const RETRYING = [
  RUNS[0] as Call,
  post("/flow_runs/", { flow_id: "@flow/0", name: "run 1", empirical_policy: { retries: 1, retry_delay: 0 } }),
  propose("flow_run", "RUNNING"),
  post("/task_runs/", {
    flow_run_id: "@flow_run/0",
    name: "run 1",
    task_key: "t1",
    dynamic_key: "0",
    empirical_policy: { retries: 1, retry_delay: 0 },
  }),
  propose("task_run", "RUNNING"),
];
const LIMITS = [
  post("/v2/concurrency_limits/", { name: "l1", limit: 2 }),
  post("/v2/concurrency_limits/", { name: "l2", limit: 1, active: false }),
  post("/concurrency_limits/", { tag: "a", concurrency_limit: 1 }),
];
const RECORDS = [
  post("/variables/", { name: "v1", value: 1, tags: ["a"] }),
  post("/artifacts/", { key: "k1", type: "markdown", data: "x 1", flow_run_id: "@flow_run/0" }),
  post("/artifacts/", { key: "k1", type: "table", data: [1] }),
  post("/logs/", [
    { name: "prefect.flow_runs", level: 20, message: "hello world", timestamp: "@time/0", flow_run_id: "@flow_run/0" },
    { name: "odd 1", level: 40, message: "Hello 2", timestamp: "@time/-1" },
  ]),
  { method: "PUT", path: "/saved_searches/", body: { name: "s 1" } },
  { method: "POST", path: "/flow_runs/{id}/input", params: { id: "@flow_run/0" }, body: { key: "k1", value: "x 1" } },
] satisfies Call[];

/** A subject: what is there at the beginning, and the operations that come three times in four. */
export interface Scene {
  readonly opening: readonly Call[];
  readonly about: RegExp;
}

export const SCENES: readonly Scene[] = [
  { opening: [], about: /./ },
  { opening: MORE_RUNS, about: /./ },
  { opening: RUNS, about: /^\/flow_runs\// },
  { opening: RUNNING, about: /\/set_state$|\/resume$|^\/(?:flow|task)_run_states\// },
  { opening: RETRYING, about: /\/set_state$|\/resume$|^\/(?:flow|task)_run_states\/|_runs\/\{id\}$/ },
  { opening: MORE_RUNS, about: /\/(?:filter|count|paginate|history|lateness)$|^\/ui\/|\/graph/ },
  { opening: [...MORE_RUNS, ...RECORDS], about: /\/(?:filter|count|paginate|history|lateness)$|^\/ui\/|\/graph/ },
  { opening: [...LIMITS, ...RUNNING], about: /concurrency_limits|\/task_runs\/\{id\}\/set_state/ },
  { opening: LIMITS, about: /concurrency_limits/ },
  { opening: [...RUNNING, ...RECORDS], about: /^\/(?:variables|artifacts|logs|saved_searches)|\/input|\/logs\/download/ },
];
