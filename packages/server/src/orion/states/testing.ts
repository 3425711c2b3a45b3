import { addSeconds, type FlowRunPolicy, fromMicroseconds, JsonText, type TaskRunPolicy, type Timestamp } from "@praetor/wire";
import { type Circumstances, DEFAULT_SETTINGS, SERVER } from "./circumstances.ts";
import { type DeploymentFacts, type FlowRunFacts, NO_STATE_YET, type RunColumns, type TaskRunFacts } from "./facts.ts";
import type { Rule } from "./rule.ts";
import { propose, type State, type StateInput, type StateType } from "./state.ts";

/** The instant at which tests judge. */
export const NOW = fromMicroseconds(1_767_323_045_000_006);

/** A time so many seconds from the instant at which tests judge. */
export function at(seconds: number): Timestamp {
  return addSeconds(NOW, seconds);
}

export const FLOW_RUN = "f1000000-0000-4000-8000-000000000000";
export const TASK_RUN = "7a000000-0000-4000-8000-000000000000";
export const LEASE = "1ea5e000-0000-4000-8000-000000000000";

/** Circumstances in which nothing is left to chance: identities count up, and random numbers are all one half. */
export function circumstances(overrides: Partial<Circumstances> = {}): Circumstances {
  let made = 0;
  const next = (kind: string) => `${kind}-${++made}`;
  return {
    now: NOW,
    ids: { random: () => next("random"), timeOrdered: () => next("ordered") },
    random: () => 0.5,
    settings: DEFAULT_SETTINGS,
    proposer: { ...SERVER, client_version: "3.8.3" },
    ...overrides,
  };
}

/** What a state says, its type alone if nothing else is told. */
export type Said = StateType | StateInput;

const inputOf = (said: Said): StateInput => (typeof said === "string" ? { type: said } : said);

/** A state that the run took ten seconds ago. */
export function state(said: Said): State {
  return { ...propose(inputOf(said), at(-10)), id: "initial", timestamp: at(-10) };
}

export function proposal(said: Said) {
  return propose(inputOf(said), NOW);
}

export const RESULT = JsonText.of({ type: "reference" });

export const FLOW_RUN_POLICY: FlowRunPolicy = {
  max_retries: 0,
  retry_delay_seconds: 0,
  retries: null,
  retry_delay: null,
  pause_keys: [],
  resuming: false,
  retry_type: null,
};

const TASK_RUN_POLICY: TaskRunPolicy = {
  max_retries: 0,
  retry_delay_seconds: 0,
  retries: null,
  retry_delay: null,
  retry_jitter_factor: null,
};

/** The columns of a run in this state, as far as rules and bookkeeping read them. */
function columnsOf(current: State | null): RunColumns {
  if (current === null) return NO_STATE_YET;
  const { id, type, name, timestamp } = current;
  return {
    ...NO_STATE_YET,
    state_id: id,
    state_type: type,
    state_name: name,
    state_timestamp: timestamp,
    expected_start_time: at(-60),
  };
}

interface FlowRunSituation extends Partial<Omit<FlowRunFacts, "state" | "run" | "deployment">> {
  readonly state?: Said | null;
  readonly run?: Partial<RunColumns>;
  readonly policy?: Partial<FlowRunPolicy>;
  readonly deployment?: Partial<DeploymentFacts> | null;
}

/** A flow run of which only what matters to a test is told; one with a deployment has its id, too. */
export function flowRun({ state: said = null, run, policy, deployment = null, ...rest }: FlowRunSituation): FlowRunFacts {
  const current = said && state(said);
  return {
    id: FLOW_RUN,
    name: "grey-owl",
    tags: [],
    deployment_id: deployment && "deployment",
    parent_task_run_id: null,
    infrastructure_pid: null,
    run: { ...columnsOf(current), empirical_policy: { ...FLOW_RUN_POLICY, ...policy }, ...run },
    state: current,
    deployment: deployment && { id: "deployment", limit: null, concurrency_options: null, ...deployment },
    lease: null,
    parent: null,
    failed_task_runs: [],
    surroundings: { flow: null, deployment: null, work_queue: null, work_pool: null, task_run: null, created_by: null },
    ...rest,
  };
}

interface TaskRunSituation extends Partial<Omit<TaskRunFacts, "state" | "run" | "empirical_policy" | "flow_run">> {
  readonly state?: Said | null;
  readonly run?: Partial<TaskRunFacts["run"]>;
  readonly policy?: Partial<TaskRunPolicy>;
  readonly flow_run?: Partial<NonNullable<TaskRunFacts["flow_run"]>> | null;
}

/** A task run of which only what matters to a test is told; its flow runs unless the test says otherwise. */
export function taskRun({ state: said = null, run, policy, flow_run = {}, ...rest }: TaskRunSituation): TaskRunFacts {
  const current = said && state(said);
  const enclosing = { id: FLOW_RUN, run_count: 1, state_type: "RUNNING", pause_timeout: null, pause_reschedule: false } as const;
  return {
    id: TASK_RUN,
    flow_run_id: flow_run && FLOW_RUN,
    run: { ...columnsOf(current), flow_run_run_count: 0, ...run },
    state: current,
    empirical_policy: { ...TASK_RUN_POLICY, ...policy },
    flow_run: flow_run && { ...enclosing, ...flow_run },
    tag_limits: [],
    tag_lease_ids: [],
    cached: null,
    ...rest,
  };
}

/** Asks one rule, as its policy would if the rule concerns the transition at all. */
export function ask<Facts extends { readonly state: State | null }, Effects>(
  rule: Rule<Facts, Effects>,
  facts: Facts,
  said: Said,
  about: Partial<Circumstances> = {},
) {
  const proposed = proposal(said);
  if (!rule.from.includes(facts.state?.type ?? null) || !rule.to.includes(proposed.type)) {
    throw new Error(`${rule.name} is not asked about ${facts.state?.type ?? "no state"} to ${proposed.type}`);
  }
  const outcome = rule.decide({ facts, initial: facts.state, proposed, circumstances: circumstances(about) });
  const { refusal } = outcome;
  const reason = refusal && "reason" in refusal.details ? refusal.details.reason : null;
  return { ...outcome, status: refusal?.status ?? "pass", reason };
}
