import type { Seen } from "../workloads/workload.ts";
import type { Load } from "./loop.ts";

/** A load as the report has it, each request an operation. */
export function seenOf({ requests, seconds, p50Milliseconds, p99Milliseconds, failures, firstFailure }: Load): Seen {
  const details = { "p50 ms": p50Milliseconds, "p99 ms": p99Milliseconds };
  return { operations: requests - failures, seconds, failures, firstFailure, details };
}
