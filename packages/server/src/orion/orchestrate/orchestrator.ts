import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { span } from "../../platform/tracing.ts";
import {
  type Circumstances,
  flowPolicyFor,
  type FlowRunPolicyRules,
  type FlowRunFacts,
  type FlowRunVerdict,
  judgeFlowRun,
  judgeTaskRun,
  type OrchestrationSettings,
  overtaken,
  type ProposedState,
  type Proposer,
  resetsFailedTaskRuns,
  type RunWrites,
  taskPolicyFor,
  type TaskRunVerdict,
} from "../states/index.ts";
import { announceFreed } from "../concurrency/index.ts";
import { readFailedTaskRuns, failedTaskRun } from "./failed-task-runs.ts";
import { flowRunParameters, writeFlowRuns } from "./flow-run-writes.ts";
import { Lanes } from "./lanes.ts";
import { judgedRow, lockFlowRun, lockTaskRun, needsSlots, writeWithSlots } from "./slots.ts";
import { taskRunRow, writeTaskRuns } from "./task-run-writes.ts";

/** A state that somebody wants a run to have. */
export interface Proposal {
  readonly workspaceId: string;
  readonly runId: string;
  readonly state: ProposedState;
  /** Asks only the rules that even a forced state obeys. */
  readonly force: boolean;
  readonly proposer: Proposer;
  /** The state that the run was seen in: the proposal is void once it has another. For loops, of which several may run. */
  readonly seen?: string | null;
}

/** A state for a flow run, by the rules of a policy other than that of a client's proposals. */
export interface FlowRunProposal extends Proposal {
  readonly policy?: FlowRunPolicyRules;
}

/** How often a proposal that lost a race is judged anew; each round means that somebody else's went through. */
const MOST_ROUNDS = 32;

const isVoid = ({ seen }: Proposal, stateId: string | null) => seen !== undefined && seen !== stateId;

/**
 * The central path: read what the rules look at, judge, write if nothing has changed meanwhile. Nothing is locked while
 * judging; whoever loses a race reads and judges again.
 */
export class Orchestrator {
  readonly #deps: Dependencies;
  readonly #settings: OrchestrationSettings;
  readonly #lanes = new Map<string, Lanes>();

  constructor(deps: Dependencies) {
    this.#deps = deps;
    const { concurrency, deployments, tasks } = deps.settings;
    this.#settings = {
      deployment_lease_duration: concurrency.initialDeploymentLeaseDuration,
      deployment_slot_wait: deployments.concurrencySlotWaitSeconds,
      tag_slot_wait: tasks.tagConcurrencySlotWaitSeconds,
      max_cache_key_length: tasks.maxCacheKeyLength,
    };
  }

  #lanesOf(workspaceId: string): Lanes {
    const known = this.#lanes.get(workspaceId);
    if (known !== undefined) return known;
    const lanes = new Lanes(this.#deps, this.#deps.databases.orion.workspace(workspaceId));
    this.#lanes.set(workspaceId, lanes);
    return lanes;
  }

  #circumstances(proposer: Proposer): Circumstances {
    const { clock, ids, random } = this.#deps;
    return { now: clock.now(), ids, random, settings: this.#settings, proposer };
  }

  /**
   * Proposes a state for a flow run; when the promise resolves, what the verdict says is committed.
   * @throws ApiError `flow_run_missing`, `run_contended`
   */
  flowRun(proposal: FlowRunProposal): Promise<FlowRunVerdict> {
    return span(
      "orchestrate flow run",
      { "praetor.flow_run.id": proposal.runId, "praetor.state.type": proposal.state.type },
      async () => {
        const verdict = await this.#settle((lanes) => this.#tryFlowRun(lanes, proposal), proposal);
        this.#deps.metrics.transition("flow", verdict.status.toLowerCase());
        return verdict;
      },
    );
  }

  /**
   * Proposes a state for a task run that the server orchestrates: a subflow's, a background task's, an old client's.
   * @throws ApiError `task_run_missing`, `run_contended`
   */
  taskRun(proposal: Proposal): Promise<TaskRunVerdict> {
    return span(
      "orchestrate task run",
      { "praetor.task_run.id": proposal.runId, "praetor.state.type": proposal.state.type },
      async () => {
        const verdict = await this.#settle((lanes) => this.#tryTaskRun(lanes, proposal), proposal);
        this.#deps.metrics.transition("task", verdict.status.toLowerCase());
        return verdict;
      },
    );
  }

  async #settle<V>(attempt: (lanes: Lanes) => Promise<V | undefined>, { workspaceId }: Proposal): Promise<V> {
    const lanes = this.#lanesOf(workspaceId);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const verdict = await attempt(lanes);
      if (verdict !== undefined) return verdict;
    }
    throw apiError("run_contended", undefined, { "retry-after": "1" });
  }

  /** One round; undefined when another proposal, or another taker of slots, was faster. */
  async #tryFlowRun(lanes: Lanes, proposal: FlowRunProposal): Promise<FlowRunVerdict | undefined> {
    const facts = await this.#flowRunFacts(lanes, proposal);
    if (isVoid(proposal, facts.run.state_id)) return overtaken(facts.state);
    const circumstances = this.#circumstances(proposal.proposer);
    const verdict = judgeFlowRun(proposal.policy ?? flowPolicyFor(proposal), facts, proposal.state, circumstances);
    const { writes } = verdict;
    if (writes === null) return verdict;
    const judged = { facts, writes };
    const written = needsSlots(writes.leases)
      ? await writeWithSlots(lanes.database, lockFlowRun, judgedRow(writes, writes.task_runs), writes.leases, async (tx) => {
          const [runs, taskRuns] = flowRunParameters([judged], this.#deps.ids.random);
          return (await tx.all(writeFlowRuns, runs, taskRuns, circumstances.now)).length > 0;
        })
      : await lanes.flowRunWrites.submit(judged);
    if (!written) return undefined;
    if (writes.event !== null) this.#announce(proposal.workspaceId);
    this.#announceFreed(proposal, [writes, ...writes.task_runs]);
    return verdict;
  }

  async #flowRunFacts(lanes: Lanes, { runId, proposer, state }: Proposal): Promise<FlowRunFacts> {
    const facts = await lanes.flowRunFacts.submit(runId);
    if (facts === undefined) throw apiError("flow_run_missing", `Flow run with id ${runId} not found`);
    if (!resetsFailedTaskRuns(proposer, state)) return facts;
    const rows = await lanes.database.all(readFailedTaskRuns, runId);
    return { ...facts, failed_task_runs: rows.map(failedTaskRun) };
  }

  async #tryTaskRun(lanes: Lanes, proposal: Proposal): Promise<TaskRunVerdict | undefined> {
    const { runId, state, force } = proposal;
    const { cache_key, refresh_cache, deferred } = state.state_details;
    const cacheKey = state.type === "RUNNING" && refresh_cache !== true ? cache_key : null;
    const facts = await lanes.taskRunFacts.submit({ id: runId, cacheKey });
    if (facts === undefined) throw apiError("task_run_missing", `Task run with id ${runId} not found`);
    if (isVoid(proposal, facts.run.state_id)) return overtaken(facts.state);
    const circumstances = this.#circumstances(proposal.proposer);
    const verdict = judgeTaskRun(taskPolicyFor({ force, deferred }), facts, state, circumstances);
    const { writes } = verdict;
    if (writes === null) return verdict;
    const written = needsSlots(writes.leases)
      ? await writeWithSlots(lanes.database, lockTaskRun, judgedRow(writes), writes.leases, async (tx) => {
          const runs = JSON.stringify([taskRunRow(writes, this.#deps.ids.random, false)]);
          return (await tx.all(writeTaskRuns, runs, null, circumstances.now)).length > 0;
        })
      : await lanes.taskRunWrites.submit(writes);
    if (!written) return undefined;
    this.#announceFreed(proposal, [writes]);
    return verdict;
  }

  /** Wakes who waits for the slots that were given back; which limits these were of, nobody looked. */
  #announceFreed({ workspaceId }: Proposal, writes: readonly Pick<RunWrites<unknown>, "leases">[]): void {
    if (writes.some(({ leases }) => leases.released.length > 0)) void announceFreed(this.#deps, workspaceId, null);
  }

  /** Hastens the relay of what was committed; were this lost, its sweep would find the rows. */
  #announce(workspaceId: string): void {
    this.#deps.bus.publish("outbox", [{ workspaceId }]).catch((error: unknown) => {
      this.#deps.log.warn({ err: error }, "the outbox relay could not be woken");
    });
  }
}
