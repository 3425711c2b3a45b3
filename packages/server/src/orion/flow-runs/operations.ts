import type { FlowRunResponse, FlowRunUpdate, Page, Written } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { pageCount } from "../../platform/filter/index.ts";
import { announceFreed } from "../concurrency/index.ts";
import { generateName } from "../names/index.ts";
import type { RunFilters } from "../run-filters/index.ts";
import { policyToKeep } from "./policy.ts";
import {
  countFlowRuns,
  deleteFlowRuns,
  type FlowRunList,
  listFlowRunIds,
  listFlowRuns,
  readFlowRun,
  updateFlowRun,
} from "./queries.ts";
import { flowRunWriter, presentFlowRun } from "./rows.ts";

type Deps = Pick<Dependencies, "clock" | "random">;
type Announcing = Pick<Dependencies, "bus">;

/** @throws ApiError `flow_run_not_found` */
export async function read(deps: Deps, database: WorkspaceDatabase, id: string): Promise<FlowRunResponse> {
  const row = await database.first(readFlowRun, id);
  if (row === undefined) throw apiError("flow_run_not_found");
  return presentFlowRun(row, deps.clock.now());
}

export async function find(deps: Deps, database: WorkspaceDatabase, asked: FlowRunList): Promise<Written<FlowRunResponse[]>> {
  return flowRunWriter.write(await listFlowRuns(database, asked), deps.clock.now());
}

export async function paginate(
  deps: Deps,
  database: WorkspaceDatabase,
  asked: Omit<FlowRunList, "offset">,
  page: number,
): Promise<Page<FlowRunResponse>> {
  const { limit } = asked;
  const [results, count] = await Promise.all([
    find(deps, database, { ...asked, offset: (page - 1) * limit }),
    countFlowRuns(database, asked.filters),
  ]);
  return { results, count, limit, pages: pageCount(count, limit), page };
}

/**
 * Changes the columns given. A name of nothing asks for a generated one; job variables can be set only before the
 * run is handed to its infrastructure, and taken away at any time.
 * @throws ApiError `flow_run_not_found`, `job_variables_not_updatable`
 */
export async function update(
  deps: Deps,
  database: WorkspaceDatabase,
  id: string,
  changes: Partial<FlowRunUpdate>,
): Promise<void> {
  const written = { ...changes };
  if ("name" in changes && !changes.name) written.name = generateName(deps.random);
  if (changes.empirical_policy !== undefined) written.empirical_policy = policyToKeep(changes.empirical_policy);
  if (changes.job_variables) await checkJobVariables(database, id);
  if (!(await updateFlowRun(database, id, written))) throw apiError("flow_run_not_found");
}

async function checkJobVariables(database: WorkspaceDatabase, id: string): Promise<void> {
  const run = await database.first(readFlowRun, id);
  if (run === undefined) throw apiError("flow_run_not_found");
  if (run.state_type === null) {
    throw apiError("job_variables_not_updatable", "Flow run state is required to update job variables but none exists");
  }
  if (run.state_type !== "SCHEDULED") {
    throw apiError("job_variables_not_updatable", `Job variables for a flow run in state ${run.state_type} cannot be updated`);
  }
  if (run.deployment_id === null) {
    throw apiError("job_variables_not_updatable", "A deployment for the flow run could not be found");
  }
}

/** Deletes the run with its task runs, states and inputs, and gives back its slots. @throws ApiError `flow_run_not_found` */
export async function remove(deps: Announcing, database: WorkspaceDatabase, id: string): Promise<void> {
  const gone = await database.all(deleteFlowRuns, [id]);
  if (gone.length === 0) throw apiError("flow_run_not_found");
  await announceFreed(deps, database.workspaceId, null);
}

/** Deletes up to `limit` of the runs that match, and answers their ids. */
export async function removeMany(
  deps: Announcing,
  database: WorkspaceDatabase,
  filters: RunFilters,
  limit: number,
): Promise<string[]> {
  const rows = await listFlowRunIds(database, { filters, sort: "ID_DESC", limit, offset: 0 });
  const gone = await database.all(
    deleteFlowRuns,
    rows.map(({ id }) => id),
  );
  if (gone.length > 0) await announceFreed(deps, database.workspaceId, null);
  return gone.map(({ id }) => id);
}
