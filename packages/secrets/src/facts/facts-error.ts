export interface FactsProblem {
  /** The key as it stands in the document, `database.host`; empty for the document itself. */
  readonly path: string;
  readonly problem: string;
  readonly remedy: string;
}

/** Why facts cannot be used. No message repeats what stands in them where a reference should: it may be a secret. */
export class FactsError extends Error {
  readonly code = "facts_invalid";
  readonly problems: readonly FactsProblem[];

  constructor(problems: readonly FactsProblem[]) {
    super(problems.map(({ path, problem }) => `${path === "" ? "The facts" : path}: ${problem}.`).join("\n"));
    this.name = "FactsError";
    this.problems = problems;
  }
}
