import { JsonText, type Timestamp } from "@praetor/wire";
import type { Circumstances } from "../circumstances.ts";
import type { FlowRunFacts, LimitFacts, RunColumns, TagLimitFacts, TaskRunFacts } from "../facts.ts";
import { type State, type StateInput, withDetails } from "../state.ts";
import { at, circumstances, FLOW_RUN, flowRun, LEASE, NOW, state, TASK_RUN, taskRun } from "../testing.ts";
import { holdsSlot } from "./differences.ts";
import type {
  Case,
  FlowBefore,
  FlowVariant,
  RecordedColumns,
  RecordedLimit,
  RecordedState,
  TaskBefore,
  TaskVariant,
} from "./record.ts";

const CACHED = JsonText.of({ type: "reference", kept: 1 });

/** A recorded state as a proposer would say it now, so many seconds after its preparation. */
export function inputOf(recorded: RecordedState, details: Readonly<Record<string, unknown>> = {}, later = 0): StateInput {
  const said = { ...recorded.state_details, ...details };
  for (const key of ["scheduled_time", "pause_timeout"]) {
    if (typeof said[key] === "number") said[key] = at(said[key] + later);
  }
  const { data, ...rest } = recorded;
  return { ...rest, data: data === undefined || data === null ? null : JsonText.of(data), state_details: said };
}

/** The state that the last of the steps left; PENDING substates take their time and lease from the step before. */
function stateAfter(steps: readonly RecordedState[], lease: FlowBefore["lease"]): State | null {
  const last = steps.at(-1);
  if (!last) return null;
  const due = last.type === "SCHEDULED" ? { scheduled_time: 0 } : {};
  const held = lease ? { deployment_concurrency_lease_id: LEASE } : {};
  return state(inputOf(last, { ...due, ...last.state_details, ...held }));
}

function columnsOf(before: RecordedColumns, current: State | null): Partial<RunColumns> {
  const times: Readonly<Record<RecordedColumns["start"], Timestamp | null>> = {
    none: null,
    now: current?.timestamp ?? null,
    due: current?.state_details.scheduled_time ?? null,
    kept: at(-600),
  };
  return {
    run_count: before.run_count,
    start_time: times[before.start],
    end_time: times[before.end],
    expected_start_time: times[before.expected],
    next_scheduled_start_time: times[before.next],
  };
}

function limitOf(recorded: RecordedLimit, taken: number): LimitFacts {
  return { id: "limit", active: !recorded.inactive, limit: recorded.limit, free: recorded.limit - taken };
}

export function flowRunOf(one: Case<FlowVariant, FlowBefore>): FlowRunFacts {
  const { variant, steps, before } = one;
  const current = stateAfter(steps, before.lease);
  const [resuming, pause_keys, retry_type] = before.policy;
  const strategy = variant.limit?.strategy ?? "ENQUEUE";
  const deployment = {
    limit: variant.limit ? limitOf(variant.limit, before.slots) : null,
    concurrency_options: variant.limit ? { collision_strategy: strategy, grace_period_seconds: null } : null,
  };
  const facts = flowRun({
    deployment_id: variant.deployed ? "deployment" : null,
    deployment: variant.deployed === true ? deployment : null,
    infrastructure_pid: variant.pid ?? null,
    parent_task_run_id: variant.parent ? TASK_RUN : null,
    parent: variant.parent ? taskRun({ state: current && withDetails(current, { child_flow_run_id: FLOW_RUN }) }) : null,
    lease: holdsSlot(one) ? { id: LEASE, live: true } : null,
    policy: { ...variant.policy, resuming, pause_keys: [...pause_keys], retry_type },
  });
  return { ...facts, state: current, run: { ...facts.run, ...currentOf(current), ...columnsOf(before, current) } };
}

export function taskRunOf({ variant, steps, before, proposal }: Case<TaskVariant, TaskBefore>): TaskRunFacts {
  const current = stateAfter(steps, null);
  const facts = taskRun({
    policy: variant.policy ?? {},
    flow_run: variant.flow && flowOf(variant.flow),
    tag_limits: (variant.tags ?? []).flatMap((tag, index) => tagLimitOf(tag, `t${index}`, before.held)),
    tag_lease_ids: before.held ? [LEASE] : [],
    cached:
      proposal.state_details?.["cache_key"] === "hit"
        ? state({ type: "COMPLETED", data: CACHED, state_details: { cache_key: "hit" } })
        : null,
  });
  const run = { ...facts.run, ...currentOf(current), ...columnsOf(before, current), flow_run_run_count: before.attempt };
  return { ...facts, state: current, run };
}

function tagLimitOf(recorded: RecordedLimit, tag: string, held: boolean): TagLimitFacts[] {
  const taken = recorded.taken + (held ? 1 : 0);
  const limit = { ...limitOf(recorded, taken), tag, active_slots: taken, avg_slot_occupancy_seconds: 2 };
  return limit.active ? [limit] : [];
}

/** The enclosing flow run, after its first RUNNING and these steps. */
function flowOf(steps: readonly RecordedState[]): NonNullable<TaskRunFacts["flow_run"]> {
  const { id } = flowRun({});
  const current = state(inputOf(steps.at(-1) ?? { type: "RUNNING" }));
  const { pause_timeout, pause_reschedule } = current.state_details;
  const run_count = 1 + steps.filter(({ type }) => type === "RUNNING").length;
  return { id, run_count, state_type: current.type, pause_timeout, pause_reschedule };
}

function currentOf(current: State | null): Partial<RunColumns> {
  if (current === null) return {};
  return { state_id: current.id, state_type: current.type, state_name: current.name, state_timestamp: current.timestamp };
}

export function circumstancesOf({ api, client }: FlowVariant): Circumstances {
  return circumstances({ now: NOW, proposer: { api_version: api ?? null, client_version: client ?? null } });
}
