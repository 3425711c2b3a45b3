export type ClusterProblem =
  | "kubectl_missing"
  | "cluster_unconfigured"
  | "cluster_unreachable"
  | "cluster_login_refused"
  | "cluster_forbidden"
  | "namespace_missing"
  | "field_conflict"
  | "object_changed"
  | "rollout_unfinished"
  | "job_failed"
  | "cluster_refused";

/** A field that another owner holds, as the API server names it (`.data.work`), and that owner. */
export interface FieldConflict {
  readonly owner: string;
  readonly field: string;
}

/** Why a cluster did not do what it was asked for. No part of it holds a secret. */
export class ClusterError extends Error {
  readonly code: ClusterProblem;
  readonly remedy: string;
  /** For `field_conflict`: what is held, and by whom. */
  readonly conflicts: readonly FieldConflict[];

  constructor(code: ClusterProblem, problem: string, remedy: string, conflicts: readonly FieldConflict[] = []) {
    super(problem);
    this.name = "ClusterError";
    this.code = code;
    this.remedy = remedy;
    this.conflicts = conflicts;
  }
}
