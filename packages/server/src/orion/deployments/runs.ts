import {
  type CreatedBy,
  type DeploymentFlowRunCreate,
  emptyStateDetails,
  type FlowRunCreate,
  type FlowRunCreateResult,
  type FlowRunResponse,
  type StateCreate,
} from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { ApiError, apiError } from "../../platform/errors.ts";
import { RequestInvalid } from "../../platform/http/index.ts";
import { checkParameters, type Created, type FlowRunCreators, mergeLabels, readFlowRunById } from "../flow-runs/index.ts";
import type { Proposer } from "../states/index.ts";
import { ensureQueue } from "../work-queues/index.ts";
import { checkJobVariables } from "./job-variables.ts";
import { checkBySchema, hydrated } from "./parameters.ts";
import { readDeployment } from "./queries.ts";
import type { DeploymentRow } from "./rows.ts";

export interface RunMaking {
  readonly deps: Dependencies;
  readonly creators: FlowRunCreators;
  readonly database: WorkspaceDatabase;
  readonly createdBy: CreatedBy | null;
  readonly proposer: Proposer;
}

const SCHEDULED = (): StateCreate => ({
  type: "SCHEDULED",
  name: "Scheduled",
  message: null,
  data: null,
  state_details: emptyStateDetails(),
});

/**
 * Makes a run of a deployment: its parameters over the deployment's, filled in and checked by the schema, and its job variables
 * checked by the template of the pool.
 * @throws ApiError, RequestInvalid
 */
export async function createRun(
  making: RunMaking,
  deploymentId: string,
  asked: DeploymentFlowRunCreate,
): Promise<{ readonly inserted: boolean; readonly run: FlowRunResponse }> {
  const deployment = await making.database.first(readDeployment, deploymentId);
  if (deployment === undefined) throw apiError("deployment_not_found");
  const created = await create(making, deployment, asked);
  if (created.inserted) return created;
  return { inserted: false, run: await readFlowRunById(making.deps, making.database, created.id) };
}

async function create(making: RunMaking, deployment: DeploymentRow, asked: DeploymentFlowRunCreate): Promise<Created> {
  const { deps, creators, database, createdBy, proposer } = making;
  checkParameters(asked.parameters, deps.settings.api.maxParameterSize);
  const merged = mergeLabels(deployment.parameters, asked.parameters);
  const parameters = await hydrated(database, merged, "Error hydrating flow run parameters");
  if (asked.enforce_parameter_schema ?? deployment.enforce_parameter_schema) {
    const checking = { context: "Error creating flow run", ignoreRequired: false };
    checkBySchema(parameters, deployment.parameter_openapi_schema, checking);
  }
  if (deployment.work_pool_id !== null) {
    const layers = [deployment.job_variables, asked.job_variables];
    checkJobVariables(deployment.work_pool_template, layers, { context: "Error creating flow run", ignoreRequired: false });
  }
  const run = { ...runOf(deployment, asked), parameters, work_queue_name: await queueOf(making, deployment, asked) };
  return creators.of(database.workspaceId).create({ run, createdBy, proposer });
}

function runOf(deployment: DeploymentRow, asked: DeploymentFlowRunCreate): FlowRunCreate {
  const { enforce_parameter_schema: _, ...given } = asked;
  return {
    ...given,
    state: asked.state ?? SCHEDULED(),
    flow_id: deployment.flow_id,
    flow_version: null,
    deployment_id: deployment.id,
    tags: [...new Set([...deployment.tags, ...asked.tags])],
    infrastructure_document_id: asked.infrastructure_document_id ?? deployment.infrastructure_document_id,
    work_pool_name: deployment.work_pool_name,
  };
}

/** The queue that the run goes to, made where its pool has none of that name. */
async function queueOf(making: RunMaking, deployment: DeploymentRow, asked: DeploymentFlowRunCreate): Promise<string | null> {
  const { work_queue_name: name } = asked;
  if (!name) return deployment.work_queue_name;
  if (deployment.work_pool_name === null) {
    throw apiError(
      "deployment_without_pool",
      `Cannot create flow run in work queue ${name} because deployment ${deployment.id} is not associated with a work pool.` +
        " Please remove work_pool_name and try again.",
    );
  }
  return (await ensureQueue(making.deps, making.database, deployment.work_pool_name, name)).name;
}

const MOST = 100;

/**
 * Makes up to a hundred runs; one that cannot be made says why and keeps none of the others.
 * @throws ApiError `runs_too_many`, `deployment_not_found`
 */
export async function createRuns(
  making: RunMaking,
  deploymentId: string,
  asked: readonly DeploymentFlowRunCreate[],
): Promise<FlowRunCreateResult[]> {
  if (asked.length > MOST) throw apiError("runs_too_many");
  const deployment = await making.database.first(readDeployment, deploymentId);
  if (deployment === undefined) throw apiError("deployment_not_found");
  return Promise.all(asked.map((each) => createOne(making, deployment, each)));
}

async function createOne(
  making: RunMaking,
  deployment: DeploymentRow,
  asked: DeploymentFlowRunCreate,
): Promise<FlowRunCreateResult> {
  try {
    const created = await create(making, deployment, asked);
    return { flow_run_id: created.inserted ? created.run.id : created.id, status: "CREATED", error: null };
  } catch (error) {
    if (error instanceof ApiError) return { flow_run_id: null, status: "FAILED", error: reasonOf(error) };
    if (error instanceof RequestInvalid) return { flow_run_id: null, status: "FAILED", error: error.issues[0]?.msg ?? "" };
    throw error;
  }
}

/** What a list of results says where a single request would say it otherwise. */
function reasonOf({ code, detail }: ApiError): string {
  switch (code) {
    case "parameters_invalid":
      return detail.replace("Error creating flow run", "Parameter validation failed");
    case "parameters_not_hydrated":
      return detail.replace("Error hydrating flow run parameters: ", "");
    case "schema_circular":
      return "Invalid schema: circular references detected.";
    case "parameter_schema_missing":
      return "Parameter schema enforcement is enabled but deployment has no valid schema.";
    default:
      return detail;
  }
}
