const messages = {
  platform_unsupported: "has no embedded PostgreSQL for this platform; give --database-url of a PostgreSQL server",
  cache_not_writable: "cannot be written, where the binaries of PostgreSQL are to be kept; set XDG_CACHE_HOME to one that can",
  folder_not_writable: "cannot be written; choose another with --data-dir",
  folder_not_reachable:
    "cannot be reached by the user nobody, as whom PostgreSQL runs when started by root; choose another with --data-dir, or let everybody enter the folders above it (chmod o+x)",
  folder_in_use: "is already in use",
  folder_of_other_version:
    "was made by another major version of PostgreSQL; start the Praetor that made it and dump the data, or choose another folder with --data-dir",
  folder_not_a_cluster: "holds files that are no PostgreSQL cluster; choose another with --data-dir",
  start_failed: "PostgreSQL does not start",
  stop_failed: "PostgreSQL does not stop",
} as const;

export type EmbeddedProblem = keyof typeof messages;

/** Why the embedded PostgreSQL cannot serve. The message is one line and says what to do. */
export class EmbeddedError extends Error {
  readonly code = "embedded_postgres";
  readonly problem: EmbeddedProblem;

  /** `subject` begins the line (a folder, a platform), `detail` ends it. */
  constructor(problem: EmbeddedProblem, subject: string, detail = "", cause?: unknown) {
    super(`${subject} ${messages[problem]}${detail}`.trim(), { cause });
    this.name = "EmbeddedError";
    this.problem = problem;
  }
}
