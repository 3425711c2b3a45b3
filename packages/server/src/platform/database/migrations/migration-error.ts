const messages = {
  schema_newer: "was migrated by a newer Praetor; start that one, or restore a backup",
  schema_older: "lacks migrations; run: praetor database migrate",
  migration_changed: "was applied with another text than this Praetor has; a released migration never changes",
  migration_failed: "failed",
} as const;

export type MigrationProblem = keyof typeof messages;

/** Why the schema cannot be brought up to date. The message is one line. */
export class MigrationError extends Error {
  readonly code = "database_migration";
  readonly problem: MigrationProblem;

  /** `subject` begins the line: a database or a migration. */
  constructor(problem: MigrationProblem, subject: string, detail = "", cause?: unknown) {
    super(`${subject} ${messages[problem]}${detail}`, { cause });
    this.name = "MigrationError";
    this.problem = problem;
  }
}
