import { SetupError } from "../platform/database/administration/index.ts";
import { EmbeddedError } from "../platform/database/embedded/index.ts";
import { DatabaseConfigurationError, DatabaseUnavailable } from "../platform/database/index.ts";
import { MigrationError } from "../platform/database/migrations/index.ts";
import { StartError } from "../services/start-error.ts";
import { CommandError } from "./exit.ts";

/** Turns what is known to go wrong with a database or at a start into one line for people; the rest stays a defect. */
export function explainFailure(error: unknown): unknown {
  if (error instanceof StartError) return new CommandError(error.message, error.remedy);
  if (error instanceof EmbeddedError || error instanceof MigrationError || error instanceof SetupError)
    return new CommandError(`${error.message}.`);
  if (error instanceof DatabaseConfigurationError) return new CommandError(error.message, undefined, "usage");
  if (error instanceof DatabaseUnavailable) {
    const cause = error.cause instanceof Error ? error.cause.message : error.reason;
    return new CommandError(`The database cannot be reached: ${cause}.`, "Check --database-url, and that PostgreSQL runs there.");
  }
  return error;
}
