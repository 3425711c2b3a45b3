import type { Dependencies } from "../../platform/dependencies.ts";
import type { WorkspaceExecutor } from "../../platform/database/index.ts";
import { dropDeploymentLimit, setDeploymentLimit } from "./queries.ts";

interface SentLimits {
  readonly concurrency_limit?: number | null;
  readonly global_concurrency_limit_id?: string | null;
}

/** Gives a deployment a limit of its own or takes it away, where the request says so and does not name a shared one. */
export async function setLimit(
  { ids }: Pick<Dependencies, "ids">,
  tx: WorkspaceExecutor,
  deploymentId: string,
  { concurrency_limit, global_concurrency_limit_id }: SentLimits,
): Promise<void> {
  if (concurrency_limit === undefined || global_concurrency_limit_id) return;
  if (concurrency_limit === null) await tx.all(dropDeploymentLimit, deploymentId);
  else await tx.all(setDeploymentLimit, deploymentId, ids.random(), concurrency_limit);
}
