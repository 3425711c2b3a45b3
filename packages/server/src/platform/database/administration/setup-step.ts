/** `refused`: it is not as it should be, and stays so until somebody does what the remedy says. */
export type SetupAction = "created" | "repaired" | "kept" | "refused";

/** One thing that a database needs, and what became of it. */
export interface SetupStep {
  /** For example `schema orion` or `role prefect: password`. */
  readonly subject: string;
  readonly action: SetupAction;
  /** Why it was refused; never a password. */
  readonly reason?: string;
  readonly remedy?: string;
}

const problems = {
  service_is_superuser: "The service role is the superuser that sets the databases up; give the services a role of their own",
  not_superuser: "The role that sets the databases up is no superuser and may not make roles and databases",
} as const;

/** Why a database cannot be set up at all. */
export class SetupError extends Error {
  readonly code = "database_setup";
  readonly problem: keyof typeof problems;

  constructor(problem: keyof typeof problems) {
    super(problems[problem]);
    this.name = "SetupError";
    this.problem = problem;
  }
}
