import { type DeploymentResponse, JsonText, type SentDeployment } from "@praetor/wire";
import type { WorkspaceDatabase, WorkspaceExecutor } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { mergeLabels } from "../flow-runs/index.ts";
import { announceIn } from "../outbox/index.ts";
import { announceChange, announceDeployment } from "./announce.ts";
import { columnsOf } from "./columns.ts";
import { checkJobVariables } from "./job-variables.ts";
import { setLimit } from "./limits.ts";
import { read } from "./operations.ts";
import { checkNewDeployment } from "./parameters.ts";
import { findPlace } from "./place.ts";
import {
  type DeploymentColumns,
  deleteScheduledRuns,
  insertDeployment,
  lockDeploymentByName,
  readDeployment,
  updateDeployment,
} from "./queries.ts";
import { checkReferences } from "./references.ts";
import type { DeploymentRow } from "./rows.ts";
import { newSchedule, replaceSchedules } from "./schedules.ts";
import { wakeScheduler } from "./wake.ts";

type Deps = Pick<Dependencies, "bus" | "clock" | "ids" | "log">;

const NONE = new JsonText("{}");

/** What a new deployment has where nothing was sent. */
const AT_FIRST: DeploymentColumns = { parameter_openapi_schema: NONE, pull_steps: new JsonText("[]") };

export interface Upserted {
  readonly inserted: boolean;
  readonly deployment: DeploymentResponse;
}

/**
 * Makes a deployment, or changes the one of that name: what was not sent stays as it is, but for parameters, labels and schedules,
 * and the runs to come are made anew.
 * @throws RequestInvalid, ApiError
 */
export async function upsert(deps: Deps, database: WorkspaceDatabase, sent: SentDeployment): Promise<Upserted> {
  const columns = await columnsFor(deps, database, sent);
  const now = deps.clock.now();
  // What a whole deployment says of this number has never been kept.
  const schedules = (sent.schedules ?? []).map((asked) =>
    newSchedule({ asked: { ...asked, max_scheduled_runs: null }, now, ids: deps.ids }),
  );
  const written = await database.transaction(async (tx) => {
    const place = await write(deps, tx, sent, columns);
    if (place === undefined) return undefined;
    const { id, before } = place;
    await replaceSchedules(tx, id, schedules);
    await tx.all(deleteScheduledRuns, [id], true, true);
    await setLimit(deps, tx, id, sent);
    await announce(deps, tx, id, before);
    return { id, inserted: before === undefined };
  });
  // Another request made it after the look for it: now it is there to be changed.
  if (written === undefined) return upsert(deps, database, sent);
  wakeScheduler(deps, database.workspaceId);
  return { inserted: written.inserted, deployment: await read(database, written.id) };
}

async function columnsFor(deps: Deps, database: WorkspaceDatabase, sent: SentDeployment): Promise<DeploymentColumns> {
  const { flow_id, parameters = NONE, parameter_openapi_schema: schema = null, job_variables, labels = null } = sent;
  if (sent.enforce_parameter_schema === true) checkNewDeployment(parameters, schema);
  const place = await findPlace(deps, database, sent);
  const checking = { context: "Error creating deployment", ignoreRequired: true };
  if (job_variables !== undefined) checkJobVariables(place.template, [job_variables], checking);
  const flowLabels = await checkReferences(database, sent);
  return {
    ...columnsOf(sent),
    parameters,
    labels: mergeLabels(flowLabels, { "prefect.flow.id": flow_id }, labels),
    ...(place.work_queue_id !== undefined && { work_queue_id: place.work_queue_id }),
  };
}

interface Written {
  readonly id: string;
  /** As it was; undefined for a new one. */
  readonly before: DeploymentRow | undefined;
}

/** Undefined where another request has made the deployment meanwhile. */
async function write(
  deps: Deps,
  tx: WorkspaceExecutor,
  { flow_id, name }: SentDeployment,
  columns: DeploymentColumns,
): Promise<Written | undefined> {
  const found = await tx.first(lockDeploymentByName, flow_id, name);
  if (found !== undefined) {
    const before = await tx.first(readDeployment, found.id);
    await updateDeployment(tx, found.id, columns);
    return { id: found.id, before };
  }
  const id = deps.ids.random();
  const inserted = await insertDeployment(tx, { id, flow_id, name }, { ...AT_FIRST, ...columns });
  return inserted ? { id, before: undefined } : undefined;
}

async function announce(deps: Deps, tx: WorkspaceExecutor, id: string, before: DeploymentRow | undefined): Promise<void> {
  const after = await tx.first(readDeployment, id);
  if (after === undefined) return;
  await announceIn(tx, before === undefined ? [announceDeployment(deps, "created", after)] : announceChange(deps, before, after));
}
