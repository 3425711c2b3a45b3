export type RotationProblem =
  | "rotation_locked"
  | "rotation_unfinished"
  | "rotation_none"
  | "journal_unreadable"
  | "set_faulty"
  | "set_held"
  | "secret_missing"
  | "secret_unchanged"
  | "secret_unfit"
  | "value_lost"
  | "restart_needed"
  | "old_in_use"
  | "new_in_use"
  | "login_failed"
  | "role_unfit"
  | "redis_unfit";

/** Why a rotation cannot go on. What was done stays done and is remembered; no part of it holds a secret. */
export class RotationError extends Error {
  readonly code: RotationProblem;
  readonly remedy: string;

  constructor(code: RotationProblem, problem: string, remedy: string) {
    super(problem);
    this.name = "RotationError";
    this.code = code;
    this.remedy = remedy;
  }
}
