import {
  type CreatedBy,
  type FlowRunCreate,
  type FlowRunPolicy,
  type FlowRunResponse,
  JsonText,
  type StateCreate,
} from "@praetor/wire";
import { Batcher, type WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { generateName } from "../names/index.ts";
import { flowRunRow, parentOf, taskRunRow } from "../orchestrate/index.ts";
import {
  DEFAULT_SETTINGS,
  type FlowRunFacts,
  type FlowRunVerdict,
  judgeFlowRun,
  minimalFlowPolicy,
  NO_STATE_YET,
  propose,
  type Proposer,
} from "../states/index.ts";
import { insertFlowRuns, type References, readSurroundings, type Surroundings } from "./creation-queries.ts";
import { mergeLabels } from "./labels.ts";
import { policyToKeep } from "./policy.ts";
import { type FlowRunRow, presentFlowRun } from "./rows.ts";

/** A run to be made: what the request holds, and who made it. */
export interface NewFlowRun {
  readonly run: FlowRunCreate;
  readonly createdBy: CreatedBy | null;
  readonly proposer: Proposer;
}

/** A run that its idempotency key had already made, or the new one. */
export type Created =
  | { readonly inserted: true; readonly run: FlowRunResponse }
  | { readonly inserted: false; readonly id: string };

interface Draft {
  readonly asked: NewFlowRun;
  readonly surroundings: Surroundings;
  readonly facts: FlowRunFacts;
  readonly verdict: FlowRunVerdict;
  readonly row: Omit<FlowRunResponse, "state" | "estimated_run_time" | "estimated_start_time_delta">;
}

type Deps = Pick<Dependencies, "clock" | "ids" | "random">;

/** Makes flow runs with their first states; those asked for together share two round trips. */
export class FlowRunCreator {
  readonly #deps: Deps;
  readonly #surroundings: Batcher<References, Surroundings>;
  readonly #inserts: Batcher<Draft, boolean>;

  constructor(deps: Deps, database: WorkspaceDatabase) {
    this.#deps = deps;
    this.#surroundings = new Batcher({ maximum: 64, lanes: 2, run: (asked) => lookUp(database, asked) });
    this.#inserts = new Batcher({ maximum: 64, lanes: 2, run: (drafts) => this.#insert(database, drafts) });
  }

  /**
   * Makes the run, unless its idempotency key already made one.
   * @throws ApiError `integrity_conflict` for a flow, a parent or a document that does not exist, `work_pool_not_found`
   */
  async create(asked: NewFlowRun): Promise<Created> {
    const { run } = asked;
    const surroundings = await this.#surroundings.submit(run);
    if (surroundings.existing_id !== null) return { inserted: false, id: surroundings.existing_id };
    checkPool(run, surroundings);
    checkReferences(run, surroundings);
    const draft = this.#draft(asked, surroundings);
    // Another request with this key was faster between the look and the insert: the next look finds its run.
    if (!(await this.#inserts.submit(draft))) return this.create(asked);
    return { inserted: true, run: presentFlowRun(madeRow(draft), this.#deps.clock.now()) };
  }

  #draft(asked: NewFlowRun, surroundings: Surroundings): Draft {
    const { clock, ids, random } = this.#deps;
    const id = ids.random();
    const now = clock.now();
    const row = newRow(asked, surroundings, id, random, now);
    const facts = factsOf(row, surroundings);
    const initial: StateCreate | { type: "PENDING" } = asked.run.state ?? { type: "PENDING" };
    const circumstances = { now, ids, random, settings: DEFAULT_SETTINGS, proposer: asked.proposer };
    const verdict = judgeFlowRun(minimalFlowPolicy, facts, propose(initial, now), circumstances);
    return { asked, surroundings, facts, verdict, row };
  }

  async #insert(database: WorkspaceDatabase, drafts: Draft[]): Promise<boolean[]> {
    const { ids, clock } = this.#deps;
    const runs: object[] = [];
    const taskRuns: object[] = [];
    for (const { facts, verdict, row } of drafts) {
      const { writes } = verdict;
      if (writes === null) continue;
      const { parameters, context, labels, job_variables } = row;
      const made = {
        ...row,
        parameters: text(parameters),
        context: text(context),
        labels: text(labels),
        job_variables: text(job_variables),
      };
      runs.push({ ...made, ...flowRunRow({ facts, writes }, ids.random), empirical_policy: writes.run.empirical_policy });
      taskRuns.push(...writes.task_runs.map((task) => ({ owner: row.id, ...taskRunRow(task, ids.random) })));
    }
    const made = await database.all(insertFlowRuns, JSON.stringify(runs), JSON.stringify(taskRuns), clock.now());
    const found = new Set(made.map(({ id }) => id));
    return drafts.map(({ row }) => found.has(row.id));
  }
}

/** The row as it was inserted: what was asked for, with the columns that its first state set. */
function madeRow({ row, verdict: { state, writes } }: Draft): FlowRunRow {
  if (state === null || writes === null) throw new Error("a forced first state is never refused");
  const { message, state_details, timestamp } = state;
  const data = writes.result?.data ?? null;
  return { ...row, ...writes.run, message, state_details, data, state_timestamp: timestamp };
}

const text = (json: JsonText | null) => json?.text ?? null;

async function lookUp(database: WorkspaceDatabase, asked: References[]): Promise<Surroundings[]> {
  const references = asked.map((run, position) => ({
    position,
    flow_id: run.flow_id,
    idempotency_key: run.idempotency_key,
    deployment_id: run.deployment_id,
    parent_task_run_id: run.parent_task_run_id,
    infrastructure_document_id: run.infrastructure_document_id,
    work_pool_name: run.work_pool_name || null,
    work_queue_name: run.work_queue_name || null,
  }));
  const rows = await database.all(readSurroundings, JSON.stringify(references));
  return rows.sort((left, right) => left.position - right.position);
}

function checkReferences(run: FlowRunCreate, { flow_name, parent_id, infrastructure_id }: Surroundings): void {
  const missing = [
    flow_name === null,
    run.parent_task_run_id !== null && parent_id === null,
    run.infrastructure_document_id !== null && infrastructure_id === null,
  ];
  if (missing.includes(true)) throw apiError("integrity_conflict");
}

/** Empty names are none. A queue that is named is what is missed, even where it is for want of its pool. */
function checkPool({ work_pool_name: pool, work_queue_name: queue }: FlowRunCreate, found: Surroundings): void {
  if (!pool || found.work_queue_id !== null) return;
  throw apiError(
    "work_pool_not_found",
    queue ? `Work pool queue '${pool}/${queue}' not found.` : `Work pool "${pool}" not found.`,
  );
}

function labelsOf({ run }: NewFlowRun, { flow_labels, deployment_name, deployment_labels }: Surroundings) {
  const { flow_id, deployment_id, labels } = run;
  if (deployment_id === null || deployment_name === null) return mergeLabels(flow_labels, { "prefect.flow.id": flow_id }, labels);
  return mergeLabels(deployment_labels, { "prefect.flow.id": flow_id, "prefect.deployment.id": deployment_id }, labels);
}

const NO_VARIABLES = new JsonText("{}");

function newRow(
  asked: NewFlowRun,
  found: Surroundings,
  id: string,
  random: Deps["random"],
  now: FlowRunResponse["created"],
): Draft["row"] {
  const { run, createdBy } = asked;
  const { state: _, work_pool_name: __, ...given } = run;
  const empirical_policy: FlowRunPolicy = policyToKeep(run.empirical_policy);
  return {
    ...NO_STATE_YET,
    ...given,
    id,
    created: now,
    updated: now,
    name: run.name || generateName(random),
    labels: labelsOf(asked, found),
    empirical_policy,
    job_variables: run.job_variables ?? NO_VARIABLES,
    deployment_version: found.deployment_version,
    work_pool_id: found.work_pool_id,
    work_pool_name: found.work_pool_name,
    work_queue_id: found.work_queue_id,
    work_queue_name: found.work_queue_name ?? run.work_queue_name,
    auto_scheduled: false,
    infrastructure_pid: null,
    created_by: createdBy,
  };
}

function factsOf(row: Draft["row"], found: Surroundings): FlowRunFacts {
  const { work_pool_id, work_pool_name, work_pool_type, work_queue_id, work_queue_name } = found;
  const parent = parentOf(found);
  return {
    id: row.id,
    name: row.name,
    tags: row.tags,
    deployment_id: row.deployment_id,
    parent_task_run_id: row.parent_task_run_id,
    infrastructure_pid: null,
    run: { ...NO_STATE_YET, empirical_policy: row.empirical_policy },
    state: null,
    deployment: null,
    lease: null,
    parent,
    failed_task_runs: [],
    surroundings: {
      flow: { id: row.flow_id, name: found.flow_name ?? "", tags: found.flow_tags ?? [] },
      deployment:
        row.deployment_id === null || found.deployment_name === null
          ? null
          : { id: row.deployment_id, name: found.deployment_name, tags: found.deployment_tags ?? [] },
      work_queue: work_queue_id === null || work_queue_name === null ? null : { id: work_queue_id, name: work_queue_name },
      work_pool:
        work_pool_id === null || work_pool_name === null || work_pool_type === null
          ? null
          : { id: work_pool_id, name: work_pool_name, type: work_pool_type },
      task_run: parent === null ? null : { id: parent.id, name: found.parent_name ?? "", tags: found.parent_tags ?? [] },
      created_by: row.created_by === null ? null : { ...row.created_by, type: row.created_by.type ?? "" },
    },
  };
}
