import {
  boolean,
  integer,
  isTruthy,
  isZero,
  list,
  literal,
  model,
  nullable,
  number,
  string,
  union,
  type Complaint,
} from "./kit/index.ts";

/** The keys that old clients send, each with the one that took its place. */
const DEPRECATED = [
  ["max_retries", "retries"],
  ["retry_delay_seconds", "retry_delay"],
] as const;

/** Takes a deprecated key for its successor, where that says nothing. */
function fromDeprecatedKeys(input: unknown): unknown {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
  const given: Record<string, unknown> = { ...input };
  for (const [old, key] of DEPRECATED) {
    const value = given[old];
    if (value !== undefined && !isZero(value) && !isTruthy(given[key])) given[key] = value;
  }
  return given;
}

/** How a flow run is retried and resumed. Delays are seconds. */
export interface FlowRunPolicy {
  max_retries: number;
  retry_delay_seconds: number;
  retries: number | null;
  retry_delay: number | null;
  pause_keys: string[] | null;
  resuming: boolean | null;
  retry_type: "in_process" | "reschedule" | null;
}
export const FlowRunPolicy = model<FlowRunPolicy>(
  "FlowRunPolicy",
  {
    max_retries: integer().default(0).with({ deprecated: true }),
    retry_delay_seconds: number().default(0).with({ deprecated: true }),
    retries: nullable(integer()).default(null),
    retry_delay: nullable(integer()).default(null),
    pause_keys: nullable(list(string(), { unique: true })).default(() => []),
    resuming: nullable(boolean()).default(false),
    retry_type: nullable(literal("in_process", "reschedule")).default(null),
  },
  { prepare: fromDeprecatedKeys },
);

export type RetryDelay = number | number[] | null;
/** How a task run is retried. Delays are seconds; a list gives one for each retry, the last repeats. */
export interface TaskRunPolicy {
  max_retries: number;
  retry_delay_seconds: number;
  retries: number | null;
  retry_delay: RetryDelay;
  retry_jitter_factor: number | null;
}
const MAXIMUM_DELAYS = 50;

function fewDelays(delay: number | number[] | null): Complaint | undefined {
  return Array.isArray(delay) && delay.length > MAXIMUM_DELAYS
    ? `Can not configure more than ${MAXIMUM_DELAYS} retry delays per task.`
    : undefined;
}

function notNegative(factor: number | null): Complaint | undefined {
  return factor !== null && factor < 0 ? "`retry_jitter_factor` must be >= 0." : undefined;
}

export const TaskRunPolicy = model<TaskRunPolicy>(
  "TaskRunPolicy",
  {
    max_retries: integer().default(0).with({ deprecated: true }),
    retry_delay_seconds: number().default(0).with({ deprecated: true }),
    retries: nullable(integer()).default(null),
    retry_delay: nullable(union([integer(), number(), list(integer()), list(number())]))
      .check(fewDelays)
      .default(null),
    retry_jitter_factor: nullable(number()).check(notNegative).default(null),
  },
  { prepare: fromDeprecatedKeys },
);

export const noFlowRunPolicy = (): FlowRunPolicy => ({
  max_retries: 0,
  retry_delay_seconds: 0,
  retries: null,
  retry_delay: null,
  pause_keys: [],
  resuming: false,
  retry_type: null,
});
export const noTaskRunPolicy = (): TaskRunPolicy => ({
  max_retries: 0,
  retry_delay_seconds: 0,
  retries: null,
  retry_delay: null,
  retry_jitter_factor: null,
});
