import type { FlowRunOrchestrationResult, State } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import { ApiError } from "../../platform/errors.ts";
import type { Orchestrator, Proposal } from "../orchestrate/index.ts";
import type { RunFilters } from "../run-filters/index.ts";
import { listFlowRunIds } from "./queries.ts";

export interface BulkProposal extends Omit<Proposal, "runId"> {
  readonly filters: RunFilters;
  readonly limit: number;
}

/** Proposes one state to every run that matches. The runs are judged apart: one that fails is answered ABORT with the reason. */
export async function proposeToMany(
  database: WorkspaceDatabase,
  orchestrator: Orchestrator,
  { filters, limit, ...proposal }: BulkProposal,
): Promise<FlowRunOrchestrationResult[]> {
  const runs = await listFlowRunIds(database, { filters, sort: "ID_DESC", limit, offset: 0 });
  return Promise.all(runs.map(({ id }) => proposeToOne(orchestrator, { ...proposal, runId: id })));
}

async function proposeToOne(orchestrator: Orchestrator, proposal: Proposal): Promise<FlowRunOrchestrationResult> {
  try {
    const { status, state, details } = await orchestrator.flowRun(proposal);
    const answered: State | null = state;
    return { flow_run_id: proposal.runId, status, state: answered, details };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return {
      flow_run_id: proposal.runId,
      status: "ABORT",
      state: null,
      details: { type: "abort_details", reason: error.detail },
    };
  }
}
