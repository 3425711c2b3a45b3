import { type TaskRunCreate } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { mergeLabels, policyToKeep } from "../flow-runs/index.ts";
import { generateName } from "../names/index.ts";
import { taskRunRow } from "../orchestrate/index.ts";
import {
  DEFAULT_SETTINGS,
  judgeTaskRun,
  minimalTaskPolicy,
  NO_STATE_YET,
  propose,
  SERVER,
  type TaskRunFacts,
} from "../states/index.ts";
import { tellTaskWorkers } from "../task-workers/wake.ts";
import { ensureTaskRun, readFlowRunLabels } from "./queries.ts";

type Deps = Pick<Dependencies, "bus" | "clock" | "ids" | "log" | "random">;

function factsOf(id: string, run: TaskRunCreate): TaskRunFacts {
  return {
    id,
    flow_run_id: run.flow_run_id,
    run: { ...NO_STATE_YET, flow_run_run_count: 0 },
    state: null,
    tag_lease_ids: [],
    empirical_policy: run.empirical_policy,
    flow_run: null,
    tag_limits: [],
    cached: null,
  };
}

/** The first state, as the writer of task runs takes it: forced, since a run that does not exist yet has nothing to ask. */
function firstState(deps: Deps, id: string, run: TaskRunCreate) {
  const now = deps.clock.now();
  const circumstances = { now, ids: deps.ids, random: deps.random, settings: DEFAULT_SETTINGS, proposer: SERVER };
  const proposed = propose(run.state ?? { type: "PENDING" }, now);
  const { writes } = judgeTaskRun(minimalTaskPolicy, factsOf(id, run), proposed, circumstances);
  if (writes === null) throw new Error("a forced first state is never refused");
  const waits = proposed.type === "SCHEDULED" && proposed.state_details.deferred === true;
  return taskRunRow({ ...writes, enqueue: waits ? "scheduled" : null }, deps.ids.random);
}

/**
 * The task run of that flow run, task and call, made if there is none; one that exists is answered unchanged.
 * @throws ApiError `integrity_conflict` for a flow run that does not exist, or an id that another task run has
 */
export async function ensure(
  deps: Deps,
  database: WorkspaceDatabase,
  run: TaskRunCreate,
  looked = false,
): Promise<{ id: string; inserted: boolean }> {
  const id = run.id ?? deps.ids.random();
  const flowRun = run.flow_run_id === null ? undefined : await database.first(readFlowRunLabels, run.flow_run_id);
  if (run.flow_run_id !== null && flowRun === undefined) throw apiError("integrity_conflict");
  const inherited = run.flow_run_id === null ? null : { "prefect.flow-run.id": run.flow_run_id };
  const row = {
    ...run,
    id,
    name: run.name || generateName(deps.random),
    labels: mergeLabels(flowRun?.labels ?? null, inherited, run.labels).text,
    task_inputs: run.task_inputs.text,
    empirical_policy: policyToKeep(run.empirical_policy),
  };
  const state = firstState(deps, id, run);
  const found = await database.first(ensureTaskRun, JSON.stringify([row]), JSON.stringify([state]), deps.clock.now());
  if (found?.inserted === true && state.enqueue !== null) tellTaskWorkers(deps, database.workspaceId, run.task_key);
  if (found !== undefined) return found;
  // Neither row: another request made the run after our snapshot, so that the next look finds it, or its id is taken.
  if (looked && run.id !== null) throw apiError("integrity_conflict");
  return ensure(deps, database, run, true);
}
