/** `error`: it does not work or is not safe. `warning`: it works and will hurt. `note`: worth knowing. */
export type Severity = "error" | "warning" | "note";

/** What somebody should mend: what, where, why, and how. No part of it ever holds a secret. */
export interface Finding {
  readonly severity: Severity;
  /** Stable, for programs. */
  readonly code: string;
  /** Where: a database, a Secret, a server. */
  readonly object: string;
  /** What in it: a key, a role, a setting; null when it is the whole object. */
  readonly key: string | null;
  readonly message: string;
  readonly remedy: string;
}
