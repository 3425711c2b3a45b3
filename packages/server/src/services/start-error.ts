/** Why a server cannot start, and what to do: one line each. */
export class StartError extends Error {
  readonly remedy: string;

  constructor(problem: string, remedy: string) {
    super(problem);
    this.name = "StartError";
    this.remedy = remedy;
  }
}
