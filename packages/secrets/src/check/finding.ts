import type { Position } from "../set/secret-set.ts";

/**
 * What `check` can find. `error`: the platform or a part of it will not work. `warning`: it works, and should not stay so.
 * `note`: worth knowing; a set with only notes is clean.
 */
export const findingCodes = {
  object_missing: "error",
  object_unknown: "warning",
  object_repeated: "error",
  key_missing: "error",
  key_unknown: "warning",
  key_repeated: "error",
  key_doubled: "error",
  value_not_base64: "error",
  value_not_string: "error",
  value_not_text: "error",
  value_empty: "error",
  value_quoted: "error",
  trailing_newline: "error",
  surrounding_space: "error",
  base64_twice: "error",
  placeholder_left: "error",
  stray_n: "error",
  connection_string_invalid: "error",
  connection_string_unexpected: "error",
  driver_wrong: "error",
  user_wrong: "error",
  superuser_misplaced: "error",
  password_missing: "error",
  password_not_encoded: "error",
  password_half_encoded: "error",
  password_encoded_twice: "error",
  password_differs: "error",
  plus_for_space: "error",
  encoding_not_canonical: "warning",
  encoded_where_raw: "error",
  host_missing: "error",
  host_differs: "error",
  replica_is_primary: "error",
  primary_and_replica_swapped: "error",
  no_replica: "note",
  port_missing: "warning",
  port_wrong: "error",
  database_wrong: "error",
  parameters_unexpected: "warning",
  password_weak: "warning",
  password_default: "error",
  password_reused: "warning",
  keyring_malformed: "error",
} as const satisfies Readonly<Record<string, Severity>>;

export type Severity = "error" | "warning" | "note";
export type FindingCode = keyof typeof findingCodes;

/** One fault of a set. Neither message nor remedy repeats a value. */
export interface Finding {
  readonly severity: Severity;
  readonly code: FindingCode;
  readonly object: string;
  /** Null when the whole Secret is meant. */
  readonly key: string | null;
  /** What is wrong and what it does, in a sentence or two; characters of a value are counted from 1. */
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
  /** Where the key stands; null when it stands nowhere, or its carrier has no lines. */
  readonly position: Position | null;
}

/** A finding about one value, before it is known where the value stands. */
export interface Diagnosis {
  readonly code: FindingCode;
  readonly message: string;
  readonly remedy: string;
}

/** Whether a set with these findings is clean: notes do not count. */
export function isClean(findings: readonly Finding[]): boolean {
  return findings.every(({ severity }) => severity === "note");
}
