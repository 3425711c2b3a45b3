export type StoreProblem =
  | "store_unconfigured"
  | "store_unreachable"
  | "store_login_refused"
  | "store_forbidden"
  | "store_sealed"
  | "store_secret_missing"
  | "store_field_missing"
  | "store_changed"
  | "store_refused"
  | "store_tool_missing";

/** Why a store gave or took nothing. No part of it holds a secret. */
export class StoreError extends Error {
  readonly code: StoreProblem;
  readonly remedy: string;

  constructor(code: StoreProblem, problem: string, remedy: string) {
    super(problem);
    this.name = "StoreError";
    this.code = code;
    this.remedy = remedy;
  }
}
