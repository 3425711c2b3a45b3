import { type Call, isObject, type Json, operationOf, text } from "./call.ts";
import type { Step } from "./slots.ts";

interface Failure {
  readonly operations: RegExp;
  /** What is answered instead. */
  readonly status: readonly number[];
  /** Whether the call is of the kind that fails, after what came before. */
  readonly sent: (call: Call, steps: readonly Step[]) => boolean;
  readonly documented: string;
}

const sentIn = ({ body }: Call, key: string): Json | undefined => (isObject(body) ? body[key] : undefined);

function hasData(call: Call): boolean {
  const state = sentIn(call, "state");
  return isObject(state) && state["data"] !== undefined && state["data"] !== null;
}

const isAbsent = (_: Call, steps: readonly Step[]): boolean => steps.at(-1)?.ours.status === 404;

/** A task run that takes parameters, constants or subflows. */
function takesOthers({ call }: Step): boolean {
  const inputs = sentIn(call, "task_inputs");
  if (operationOf(call) !== "POST /task_runs/" || !isObject(inputs)) return false;
  return Object.values(inputs)
    .flat()
    .some((input) => isObject(input) && input["input_type"] !== "task_run");
}

/** A task run that is to wait between its tries, and is not told how long. */
function namesNoDelay({ call }: Step): boolean {
  const policy = sentIn(call, "empirical_policy");
  const delay = isObject(policy) ? policy["retry_delay"] : undefined;
  return call.path === "/task_runs/" && Array.isArray(delay) && delay.length === 0;
}

/** A state with a result of its own, which is no record. */
function endsWithoutRecord({ call }: Step): boolean {
  const state = sentIn(call, "state");
  return isObject(state) && state["type"] === "COMPLETED" && hasData(call) && !isObject(state["data"]);
}

/** Where the original fails. */
export const FAILURES: readonly Failure[] = [
  { operations: /^POST \/(?:flow|task)_runs\/$/, status: [200, 201], sent: hasData, documented: "Data of a first state" },
  {
    operations: /^POST \/(?:flow|task)_runs\/$|^PATCH \/flow_runs\/\{id\}$/,
    status: [422],
    sent: (call) => sentIn(call, "empirical_policy") !== undefined && !isObject(sentIn(call, "empirical_policy")),
    documented: "An empirical policy that is no object",
  },
  {
    operations: /^POST \/flow_runs\/\{id\}\/resume$/,
    status: [404],
    sent: isAbsent,
    documented: "Resuming a run that does not exist",
  },
  {
    operations: /^GET \/flow_runs\/\{id\}\/graph$/,
    status: [200],
    sent: (_, steps) => steps.some(takesOthers),
    documented: "with inputs that are no task runs",
  },
  {
    operations: /^POST \/task_runs\/\{id\}\/set_state$/,
    status: [200, 201],
    sent: (_, steps) => steps.some(endsWithoutRecord),
    documented: "Results that are no records",
  },
  {
    operations: /^POST \/task_runs\/\{id\}\/set_state$/,
    status: [200, 201],
    sent: (call, steps) => JSON.stringify(sentIn(call, "state")).includes('"FAILED"') && steps.some(namesNoDelay),
    documented: "A `retry_delay` that is an empty list",
  },
  {
    operations: /^POST \/task_runs\/\{id\}\/set_state$/,
    status: [200, 201],
    sent: (call) => hasData(call) && JSON.stringify(sentIn(call, "state")).includes('"deferred":true'),
    documented: "Data of a state that defers a task run",
  },
  {
    operations: /^POST \/ui\/task_runs\/dashboard\/counts$/,
    status: [200],
    sent: (call) => isObject(sentIn(call, "work_pools")),
    documented: "Counts of the dashboard, of task runs in some pools",
  },
  {
    operations: /^POST \/ui\/task_runs\/dashboard\/counts$/,
    status: [200],
    sent: ({ body }) => isObject(body) && isObject(body["task_runs"]) && body["task_runs"]["operator"] === "or_",
    documented: "Counts of the dashboard, of task runs that fit one of several criteria",
  },
  {
    operations: /^POST \/ui\/flow_runs\/history$/,
    status: [422],
    sent: (call) => Number(sentIn(call, "limit")) < 0,
    documented: "A `limit` below 0 of `POST /ui/flow_runs/history`",
  },
  {
    operations: /^POST \/v2\/concurrency_limits\/decrement$/,
    status: [200],
    sent: (call) => typeof sentIn(call, "occupancy_seconds") === "number",
    documented: "`occupancy_seconds` given back to a limit of 0",
  },
  {
    operations: /^POST \/concurrency_limits\/$/,
    status: [200],
    sent: (call) => Number(sentIn(call, "concurrency_limit")) < 0,
    documented: "A limit below 0 for a tag that has one",
  },
  {
    operations: /^POST \/flow_runs\/\{id\}\/input$/,
    status: [422],
    sent: (call) => /[^a-z0-9-]/.test(text(sentIn(call, "key"))),
    documented: "Keys of flow run inputs with other characters",
  },
];
