/** What the commands answer to the shell; the list is part of docs/cli.md. */
export const exitCodes = {
  success: { code: 0, meaning: "Done. A server that was asked to stop, and did, ends with it too." },
  failure: { code: 1, meaning: "The command could not do it; standard error says why and what to do." },
  usage: { code: 2, meaning: "An unknown command, option, setting, or a value that does not fit." },
  findings: {
    code: 2,
    meaning:
      "`secrets check`, `secrets doctor` or `secrets up` found faults, `secrets plan` or `secrets diff` differences. In `secrets`, what is usage elsewhere is 1.",
  },
  forced: { code: 130, meaning: "Stopped at once by a second Ctrl-C, without waiting for what ran." },
} as const;

export type Outcome = keyof typeof exitCodes;

/** A failure that the command foresaw: one line that says what is wrong, and one that says what to do. */
export class CommandError extends Error {
  readonly remedy: string | undefined;
  readonly outcome: Outcome;

  constructor(problem: string, remedy?: string, outcome: Outcome = "failure") {
    super(problem);
    this.name = "CommandError";
    this.remedy = remedy;
    this.outcome = outcome;
  }
}
