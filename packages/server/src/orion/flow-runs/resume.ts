import { JsonText } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import { workspaceStatement } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import type { Orchestrator } from "../orchestrate/index.ts";
import { type FlowRunVerdict, inputRefused, NOT_PAUSED, type Proposer, resumption, stateOf } from "../states/index.ts";
import { InputRefused, validateRunInput } from "./run-input.ts";
import { readFlowRun } from "./queries.ts";

const readInput = workspaceStatement<[flowRunId: string, key: string], { value: string }>(
  "flow-run.read-resume-schema",
  "select value from orion.flow_run_input where workspace_id = $1 and flow_run_id = $2 and key = $3",
);

/** A pause answered a second time before its run has gone on keeps the last answer. */
const storeResponse = workspaceStatement<[id: string, flowRunId: string, key: string, value: string], { id: string }>(
  "flow-run.store-resume-response",
  `insert into orion.flow_run_input (workspace_id, id, flow_run_id, key, value) values ($1, $2, $3, $4, $5)
  on conflict (workspace_id, flow_run_id, key) do update set value = excluded.value, updated = now() returning id`,
);

export interface Resumption {
  readonly workspaceId: string;
  readonly runId: string;
  readonly input: JsonText | null;
  readonly proposer: Proposer;
}

type Answered = Pick<Resumption, "runId" | "input"> & { readonly keys: Readonly<Record<string, string>> };

/** @throws InputRefused */
async function answerPause(deps: Pick<Dependencies, "ids">, database: WorkspaceDatabase, { runId, input, keys }: Answered) {
  const schema = await database.first(readInput, runId, keys["schema"] ?? "");
  validateRunInput(schema?.value, input);
  if (input === null) return;
  if (keys["response"] === undefined) throw new InputRefused("The pause names no key for its answer.");
  await database.first(storeResponse, deps.ids.random(), runId, keys["response"], input.text);
}

/**
 * Lets a paused run go on, with the input it asked for. What it asked for is a JSON Schema that the run left under the
 * key that its state names; the answer is stored before the run is let go, so that it is there when the run looks.
 * @throws ApiError `flow_run_not_found`
 */
export async function resume(
  deps: Pick<Dependencies, "clock" | "ids">,
  database: WorkspaceDatabase,
  orchestrator: Orchestrator,
  { workspaceId, runId, input, proposer }: Resumption,
): Promise<FlowRunVerdict> {
  const row = await database.first(readFlowRun, runId);
  if (row === undefined) throw apiError("flow_run_not_found");
  const current = stateOf(row);
  const proposed = resumption(current, deps.clock.now());
  if (current === null || proposed === null) return NOT_PAUSED;
  const keys = current.state_details.run_input_keyset;
  if (keys !== null && Object.keys(keys).length > 0) {
    try {
      await answerPause(deps, database, { runId, input, keys });
    } catch (error) {
      if (error instanceof InputRefused) return inputRefused(current, error.message);
      throw error;
    }
  }
  return orchestrator.flowRun({ workspaceId, runId, state: proposed, force: false, proposer });
}
