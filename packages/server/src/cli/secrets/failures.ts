import { ClusterError } from "@praetor/secrets/cluster";
import { RotationError } from "@praetor/secrets/rotation";
import { FactsError, ReadError, RecipientError, ReferenceError, SealError } from "@praetor/secrets/sets";
import { StoreError } from "@praetor/secrets/stores";
import type { Run } from "../definition.ts";
import { CommandError } from "../exit.ts";

/** Runs a command about Secrets; what is known to go wrong becomes lines for people, in which no value stands. */
export function explained(run: Run): Run {
  return async (terminal, given) => {
    try {
      return await run(terminal, given);
    } catch (error) {
      if (!(error instanceof FactsError)) throw explain(error);
      for (const { path, problem, remedy } of error.problems)
        terminal.error(`${path === "" ? "The facts" : path} ${problem}.\n  ${remedy}`);
      throw new CommandError("The facts cannot be used.");
    }
  };
}

function explain(error: unknown): unknown {
  const isKnown = [ReadError, ReferenceError, RotationError, ClusterError, StoreError].some((kind) => error instanceof kind);
  if (isKnown && error instanceof Error && "remedy" in error) return new CommandError(error.message, String(error.remedy));
  if (error instanceof SealError || error instanceof RecipientError) return new CommandError(error.message);
  return error;
}
