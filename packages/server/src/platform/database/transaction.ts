import type { Run } from "./bound-executor.ts";
import { DatabaseUnavailable } from "./failures.ts";
import type { Session } from "./connections/session.ts";

/** Work that ended well although a statement of it had failed: nothing of it was kept. */
export class TransactionAborted extends Error {
  constructor() {
    super("A statement of the transaction failed and its error was dropped, so that nothing was committed.");
    this.name = "TransactionAborted";
  }
}

/**
 * Runs `work` between begin and commit on a session that nobody else uses. A rejection rolls back. `BEGIN` is
 * awaited: were it to fail with the statements already sent behind it, they would commit one by one.
 */
export async function inTransaction<T>(session: Session, work: (run: Run) => Promise<T>): Promise<T> {
  let over = false;
  const run: Run = async (query) => {
    if (over) throw new Error("The transaction is over; a statement was not awaited.");
    return session.send(query);
  };
  try {
    await session.send(command("begin"));
    const result = await work(run);
    over = true;
    await commit(session);
    return result;
  } catch (error) {
    if (!over) throw await rolledBack(session, error);
    throw error;
  } finally {
    over = true;
  }
}

const command = (text: string) => ({ name: undefined, text, values: [] });

async function commit(session: Session): Promise<void> {
  const answer = await session.send(command("commit"));
  if (answer.command !== "COMMIT") throw new TransactionAborted();
}

/** Before the commit was sent nothing can have been applied, whatever became of the connection. */
async function rolledBack(session: Session, error: unknown): Promise<unknown> {
  await session.send(command("rollback")).catch(() => session.destroy());
  if (!(error instanceof DatabaseUnavailable) || error.outcome === "not_applied") return error;
  return new DatabaseUnavailable(error.reason, { retryAfterSeconds: error.retryAfterSeconds, cause: error });
}
