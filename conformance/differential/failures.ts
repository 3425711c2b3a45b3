import { type Call, isObject, type Json, text } from "./call.ts";

interface Failure {
  readonly operations: RegExp;
  /** What is answered instead. */
  readonly status: readonly number[];
  /** Whether the call is of the kind that fails. */
  readonly sent: (call: Call) => boolean;
  readonly documented: string;
}

const sentIn = ({ body }: Call, key: string): Json | undefined => (isObject(body) ? body[key] : undefined);

function hasData(call: Call): boolean {
  const state = sentIn(call, "state");
  return isObject(state) && state["data"] !== undefined && state["data"] !== null;
}

const always = () => true;

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
    sent: always,
    documented: "Resuming a run that does not exist",
  },
  {
    operations: /^GET \/flow_runs\/\{id\}\/graph$/,
    status: [200],
    sent: always,
    documented: "with inputs that are no task runs",
  },
  {
    operations: /^POST \/task_runs\/\{id\}\/set_state$/,
    status: [200, 201],
    sent: always,
    documented: "Results that are no records",
  },
  {
    operations: /^POST \/ui\/task_runs\/dashboard\/counts$/,
    status: [200],
    sent: (call) => isObject(sentIn(call, "work_pools")),
    documented: "Counts of the dashboard, of task runs in some pools",
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
