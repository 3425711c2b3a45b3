import { optional } from "./filters.ts";
import {
  boolean,
  enumeration,
  type Infer,
  json,
  type JsonText,
  list,
  model,
  number,
  string,
  type Timestamp,
  timestamp,
  uuid,
} from "./kit/index.ts";
import { StateType } from "./states.ts";

/** Why a flow run does not run. */
export const ExplanationCause = enumeration("ExplanationCause", [
  "ended",
  "running",
  "submitted",
  "submitted_worker_gone",
  "paused",
  "suspended",
  "cancelling",
  "not_scheduled",
  "not_due",
  "awaiting_retry",
  "awaiting_retry_in_process",
  "awaiting_slot",
  "no_deployment",
  "deployment_deleted",
  "deployment_never_served",
  "deployment_not_served",
  "queue_deleted",
  "pool_without_workers",
  "pool_paused",
  "queue_paused",
  "no_worker_ever",
  "no_worker_online",
  "worker_type_mismatch",
  "queue_not_polled",
  "worker_clock_behind",
  "queue_limit_full",
  "pool_limit_full",
  "deployment_limit_full",
  "deployment_limit_zero",
  "server_clock_off",
  "runs_ahead",
  "next_poll",
]);
export type ExplanationCause = Infer<typeof ExplanationCause>;

/** One link of the chain from a schedule to a process. */
export interface ExplanationStep {
  subject: string;
  /** Whether nothing here keeps the run from running. */
  ok: boolean;
  finding: string;
  evidence: JsonText;
}
export const ExplanationStep = model<ExplanationStep>("ExplanationStep", {
  subject: string(),
  ok: boolean(),
  finding: string(),
  evidence: json(),
});

/** Why a flow run does not run, in a sentence, and what shows it. */
export interface FlowRunExplanation {
  flow_run_id: string;
  name: string;
  state_type: StateType | null;
  state_name: string | null;
  due: Timestamp | null;
  /** Seconds since it was due. */
  late_by: number;
  cause: ExplanationCause;
  answer: string;
  /** What to do about it, if anything is to be done. */
  remedy: string | null;
  steps: ExplanationStep[];
}
export const FlowRunExplanation = model<FlowRunExplanation>("FlowRunExplanation", {
  flow_run_id: uuid(),
  name: string(),
  state_type: optional(StateType),
  state_name: optional(string()),
  due: optional(timestamp()),
  late_by: number(),
  cause: ExplanationCause,
  answer: string(),
  remedy: optional(string()),
  steps: list(ExplanationStep),
});
