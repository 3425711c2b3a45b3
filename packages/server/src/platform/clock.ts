import type { Timestamp } from "@praetor/wire";

/** Where time comes from; injected, so that a rule or a loop can be shown any instant. */
export interface Clock {
  /** The present instant, to the microsecond. */
  now(): Timestamp;
}
