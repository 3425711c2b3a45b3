import type { Position } from "../set/secret-set.ts";

/**
 * What `check` can find. `error`: the platform or a part of it will not work. `warning`: it works, and should not stay so.
 * `note`: worth knowing; a set with only notes is clean.
 */
export const findingMeanings = {
  object_missing: { severity: "error", meaning: "A Secret is not there." },
  object_unknown: {
    severity: "warning",
    meaning: "A Secret is named nearly like one of the contract, or like none that is read.",
  },
  object_repeated: { severity: "error", meaning: "A Secret is declared twice." },
  key_missing: { severity: "error", meaning: "A key is not there." },
  key_unknown: { severity: "warning", meaning: "Nobody reads the key: it is misspelled, or in the wrong Secret." },
  key_repeated: { severity: "error", meaning: "A key stands twice in its Secret." },
  key_doubled: { severity: "error", meaning: "The value begins with the key's own name." },
  value_not_base64: { severity: "error", meaning: "A value under `data` is no base64." },
  value_not_string: { severity: "error", meaning: "A value is a number, a boolean, a list or a mapping." },
  value_not_text: { severity: "error", meaning: "A value is not UTF-8." },
  value_empty: { severity: "error", meaning: "A value that is needed is empty." },
  value_quoted: { severity: "error", meaning: "Quotation marks are part of the value." },
  trailing_newline: { severity: "error", meaning: "A line break is part of the value." },
  surrounding_space: { severity: "error", meaning: "White space is part of the value." },
  base64_twice: { severity: "error", meaning: "The value was encoded in base64 once too often." },
  placeholder_left: { severity: "error", meaning: "A placeholder was not filled in." },
  stray_n: { severity: "error", meaning: "The `n` of `@n<host>` was left in." },
  connection_string_invalid: { severity: "error", meaning: "It is no connection string." },
  connection_string_unexpected: { severity: "error", meaning: "A connection string stands where a secret alone belongs." },
  driver_wrong: { severity: "error", meaning: "The scheme is not the key's." },
  user_wrong: { severity: "error", meaning: "The user is not the key's." },
  superuser_misplaced: { severity: "error", meaning: "The superuser stands where the service user belongs." },
  password_missing: { severity: "error", meaning: "The string has no password." },
  password_not_encoded: { severity: "error", meaning: "The password is not percent-encoded." },
  password_half_encoded: { severity: "error", meaning: "The password is encoded in part, as `encodeURIComponent` leaves it." },
  password_encoded_twice: { severity: "error", meaning: "The password is percent-encoded twice." },
  password_differs: { severity: "error", meaning: "The password is not the one that the user's other keys have." },
  plus_for_space: { severity: "error", meaning: "A space is written as a plus." },
  encoding_not_canonical: { severity: "warning", meaning: "The encoding is right in meaning and unusual in form." },
  encoded_where_raw: { severity: "error", meaning: "A value that is taken as it is was percent-encoded." },
  host_missing: { severity: "error", meaning: "The string has no host." },
  host_differs: { severity: "error", meaning: "The host is not the one that the other keys of this server name." },
  replica_is_primary: { severity: "error", meaning: "The primary stands where the replica belongs." },
  primary_and_replica_swapped: { severity: "error", meaning: "The replica stands where the primary belongs." },
  no_replica: { severity: "note", meaning: "No database has a replica; a set with only this is clean." },
  port_missing: { severity: "warning", meaning: "The string has no port." },
  port_wrong: { severity: "error", meaning: "The port is not the one that the other keys of this server name." },
  database_wrong: { severity: "error", meaning: "The database is not the key's." },
  parameters_unexpected: { severity: "warning", meaning: "The string has parameters." },
  password_weak: { severity: "warning", meaning: "A password has less than 50 bits, or fewer than five different characters." },
  password_ambiguous: {
    severity: "warning",
    meaning: "A password of PostgreSQL has characters that its clients prepare in different ways.",
  },
  password_default: { severity: "error", meaning: "A password is one that products come with." },
  password_reused: { severity: "warning", meaning: "Two have one password." },
  keyring_malformed: { severity: "error", meaning: "A list of keys is not 32 bytes each in base64url." },
} as const satisfies Readonly<Record<string, { readonly severity: Severity; readonly meaning: string }>>;

export type Severity = "error" | "warning" | "note";
export type FindingCode = keyof typeof findingMeanings;

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
