import type { DeploymentUpdate } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { announceIn } from "../outbox/index.ts";
import { announceChange } from "./announce.ts";
import { columnsOf } from "./columns.ts";
import { checkJobVariables } from "./job-variables.ts";
import { setLimit } from "./limits.ts";
import { checkBySchema, hydrated } from "./parameters.ts";
import { findPlace } from "./place.ts";
import { type DeploymentColumns, deleteScheduledRuns, lockDeployment, readDeployment, updateDeployment } from "./queries.ts";
import { checkReferences } from "./references.ts";
import type { DeploymentRow } from "./rows.ts";
import { changeSchedules } from "./schedule-changes.ts";
import { renewSchedules } from "./schedule-queries.ts";
import { wakeScheduler } from "./wake.ts";

type Deps = Pick<Dependencies, "bus" | "clock" | "ids" | "log">;

const missing = () => apiError("deployment_not_found", "Deployment not found.");

/**
 * Changes what was sent of a deployment; the runs to come are made anew.
 * @throws ApiError
 */
export async function update(
  deps: Deps,
  database: WorkspaceDatabase,
  id: string,
  sent: Partial<DeploymentUpdate>,
): Promise<void> {
  const existing = await database.first(readDeployment, id);
  if (existing === undefined) throw missing();
  const columns = await columnsFor(deps, database, existing, sent);
  await database.transaction(async (tx) => {
    if ((await tx.first(lockDeployment, id)) === undefined) throw missing();
    const before = await tx.first(readDeployment, id);
    await updateDeployment(tx, id, columns);
    await tx.all(renewSchedules, id);
    if (sent.schedules !== undefined) {
      await changeSchedules({ now: deps.clock.now(), ids: deps.ids }, tx, id, sent.schedules);
    }
    await tx.all(deleteScheduledRuns, [id], true, true);
    await setLimit(deps, tx, id, sent);
    const after = await tx.first(readDeployment, id);
    if (before !== undefined && after !== undefined) await announceIn(tx, announceChange(deps, before, after));
  });
  wakeScheduler(deps, database.workspaceId);
}

async function columnsFor(
  deps: Deps,
  database: WorkspaceDatabase,
  existing: DeploymentRow,
  sent: Partial<DeploymentUpdate>,
): Promise<DeploymentColumns> {
  const parameters = sent.parameters && (await hydrated(database, sent.parameters, "Error hydrating deployment parameters"));
  const enforced = sent.enforce_parameter_schema ?? existing.enforce_parameter_schema;
  if (enforced) {
    const schema = sent.parameter_openapi_schema ?? existing.parameter_openapi_schema;
    checkBySchema(parameters ?? existing.parameters, schema, { context: "Error updating deployment", ignoreRequired: true });
  }
  const place = await findPlace(deps, database, sent);
  if (sent.job_variables && place.template !== null) {
    checkJobVariables(place.template, [sent.job_variables], { context: "Error updating deployment", ignoreRequired: true });
  }
  await checkReferences(database, { ...sent, flow_id: existing.flow_id });
  return {
    ...columnsOf(sent),
    ...(parameters && { parameters }),
    ...(place.work_queue_id !== undefined && { work_queue_id: place.work_queue_id }),
  };
}
