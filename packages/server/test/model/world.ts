import { emptyStateDetails, JsonText } from "@praetor/wire";
import { SlotQueues } from "../../src/orion/concurrency/slot-queues.ts";
import { incrementWithLease, release, renew, type SlotDeps } from "../../src/orion/concurrency/slots.ts";
import { deleteFlowRuns } from "../../src/orion/flow-runs/queries.ts";
import { Orchestrator } from "../../src/orion/orchestrate/index.ts";
import { DatabaseUnavailable, sql, systemStatement, type WorkspaceDatabase } from "../../src/platform/database/index.ts";
import type { Dependencies } from "../../src/platform/dependencies.ts";
import { ApiError } from "../../src/platform/errors.ts";
import { DEFAULT_WORKSPACE_ID as WORKSPACE } from "../../src/platform/tenancy.ts";
import { type Done, UNKNOWN } from "./explain.ts";
import type { Answer, Operation } from "./reference.ts";

const RESULT = new JsonText('{"type":"reference"}');
const CLIENT = { api_version: null, client_version: "3.8.3" };

/** A deployment with a limit, and its runs. */
export interface Stage {
  readonly limit: string;
  readonly name: string;
  readonly slots: number;
  readonly runs: readonly string[];
  /** The ids of leases and transitions, by their numbers. */
  readonly ids: Map<string, string>;
}

/** A state that somebody was told is written. */
export interface Acknowledged {
  readonly run: string;
  readonly state: string;
}

/** How a run and its slot lie in the database. */
export interface Lying {
  readonly id: string;
  readonly state_id: string;
  readonly history: { readonly id: string; readonly type: string }[];
  readonly live_leases: number;
}

const stageTraces = systemStatement<[stages: string], unknown>(
  "model.stage",
  `with given as materialized (
    select * from json_to_recordset($1::json) as stage("limit" uuid, name text, slots bigint, runs uuid[])
  ), flows as (
    insert into orion.flow (workspace_id, id, name) select '${WORKSPACE}', "limit", name from given
  ), limits as (
    insert into orion.concurrency_limit (workspace_id, id, name, "limit") select '${WORKSPACE}', "limit", name, slots from given
  ), deployments as (
    insert into orion.deployment (workspace_id, id, flow_id, name, concurrency_limit_id)
    select '${WORKSPACE}', "limit", "limit", name, "limit" from given
  ), runs as (
    insert into orion.flow_run
      (workspace_id, id, flow_id, deployment_id, name, state_id, state_type, state_name, state_timestamp)
    select '${WORKSPACE}', run, "limit", "limit", name, run, 'SCHEDULED', 'Scheduled', now() from given, unnest(runs) as run
  )
  insert into orion.flow_run_state (workspace_id, id, flow_run_id, type, name, timestamp, state_details)
  select '${WORKSPACE}', run, run, 'SCHEDULED', 'Scheduled', now(), jsonb_build_object('scheduled_time', now())
  from given, unnest(runs) as run`,
);

const readRuns = systemStatement<[ids: string[]], Lying>(
  "model.read-runs",
  `select run.id, run.state_id, (
      select jsonb_agg(jsonb_build_object('id', state.id, 'type', state.type) order by state.timestamp)
      from orion.flow_run_state as state where state.workspace_id = run.workspace_id and state.flow_run_id = run.id
    ) as history, (
      select count(*)::integer from orion.concurrency_lease as lease
      where lease.workspace_id = run.workspace_id and lease.holder_id = run.id and lease.expiration > clock_timestamp()
    ) as live_leases
  from orion.flow_run as run where run.workspace_id = '${WORKSPACE}' and run.id = any($1)`,
);

const readLiveLeases = systemStatement<[ids: string[]], { id: string }>(
  "model.read-live-leases",
  `select id from orion.concurrency_lease
  where workspace_id = '${WORKSPACE}' and id = any($1) and expiration > clock_timestamp()`,
);

const readOverfull = systemStatement<[], { name: string; in_use: number }>(
  "model.read-overfull",
  `select name, active_slots::integer as in_use from orion.concurrency_limit_in_use where active_slots > "limit"`,
);

const endLeases = systemStatement<[ids: string[]], unknown>(
  "model.end-leases",
  `update orion.concurrency_lease set expiration = clock_timestamp()
  where workspace_id = '${WORKSPACE}' and (id = any($1) or holder_id = any($1)) and expiration > clock_timestamp()`,
);

/** One process of the server, as far as proposals and slots are concerned: what it batches and whom it lets wait is its own. */
interface Process {
  readonly deps: Dependencies & SlotDeps;
  readonly orchestrator: Orchestrator;
}

/** The real thing, doing what traces say, in two processes on one database. */
export class RealWorld {
  readonly acknowledged: Acknowledged[] = [];
  readonly #deps: Dependencies;
  readonly #processes: readonly Process[];
  readonly #database: WorkspaceDatabase;

  constructor(deps: Dependencies) {
    this.#deps = deps;
    const process = () => ({ deps: { ...deps, slots: new SlotQueues(deps) }, orchestrator: new Orchestrator(deps) });
    this.#processes = [process(), process()];
    this.#database = deps.databases.orion.workspace(WORKSPACE);
  }

  get #system() {
    return this.#deps.databases.orion.system;
  }

  async stage(traces: readonly { readonly slots: number; readonly runs: number }[]): Promise<Stage[]> {
    const stages = traces.map(({ slots, runs }) => {
      const limit = this.#deps.ids.random();
      const ids = Array.from({ length: runs }, () => this.#deps.ids.random());
      return { limit, name: `limit-${limit}`, slots, runs: ids, ids: new Map<string, string>() };
    });
    await this.#system.all(stageTraces, JSON.stringify(stages));
    return stages;
  }

  /** Does it in one of the processes, and tells what the one who did it was told. */
  async perform(stage: Stage, operation: Operation, nth: number): Promise<Done> {
    const process = this.#processes[nth % this.#processes.length];
    if (process === undefined) throw new Error("there is a process");
    try {
      return { operation, answer: await this.#answer(process, stage, operation) };
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return { operation, answer: UNKNOWN };
      if (error instanceof ApiError && error.status === 404) return { operation, answer: "gone" };
      if (error instanceof ApiError && error.status === 410) return { operation, answer: "gone" };
      if (error instanceof ApiError && error.status === 423) return { operation, answer: "locked" };
      throw error;
    }
  }

  async #answer(process: Process, stage: Stage, operation: Operation): Promise<Answer> {
    switch (operation.kind) {
      case "propose":
        return this.#propose(process, stage, operation);
      case "delete":
        return (await this.#database.all(deleteFlowRuns, [stage.runs[operation.run] ?? ""])).length > 0 ? "ok" : "gone";
      case "take":
        await this.#take(process, stage, operation.lease);
        return "ok";
      case "give":
        await release(process.deps, this.#database, this.#id(stage, "lease", operation.lease));
        return "ok";
      case "renew":
        await renew(this.#database, this.#id(stage, "lease", operation.lease), 300);
        return "ok";
      case "lose":
        await this.#system.all(endLeases, [this.#id(stage, "lease", operation.lease)]);
        return "ok";
      default:
        await this.#system.all(endLeases, [stage.runs[operation.run] ?? ""]);
        return "ok";
    }
  }

  async #propose({ orchestrator }: Process, stage: Stage, operation: Extract<Operation, { kind: "propose" }>): Promise<Answer> {
    const { type, force, result, transition } = operation;
    const runId = stage.runs[operation.run] ?? "";
    const transition_id = this.#id(stage, "transition", transition);
    const scheduled_time = type === "SCHEDULED" ? this.#deps.clock.now() : null;
    const name = type.charAt(0) + type.slice(1).toLowerCase();
    const state_details = { ...emptyStateDetails(), transition_id, scheduled_time };
    const state = { type, name, message: null, data: result ? RESULT : null, state_details };
    const verdict = await orchestrator.flowRun({ workspaceId: WORKSPACE, runId, state, force, proposer: CLIENT });
    if (verdict.writes?.state) this.acknowledged.push({ run: runId, state: verdict.writes.state.id });
    return `${verdict.status} ${verdict.state?.type}`;
  }

  async #take({ deps }: Process, stage: Stage, lease: number): Promise<void> {
    const asked = { names: [stage.name], slots: 1, mode: "concurrency", holder: null, lease_duration: 300 } as const;
    const idempotencyKey = this.#id(stage, "lease", lease);
    const caller = { address: stage.limit, hungUp: new AbortController().signal, idempotencyKey };
    await incrementWithLease(deps, this.#database, asked, caller);
  }

  #id({ ids }: Stage, kind: string, number: number): string {
    const id = ids.get(`${kind} ${number}`) ?? this.#deps.ids.random();
    ids.set(`${kind} ${number}`, id);
    return id;
  }

  /** Which limits have more slots in use than they have: never any. */
  overfull(): Promise<{ name: string; in_use: number }[]> {
    return this.#system.all(readOverfull);
  }

  async runs(stages: readonly Stage[]): Promise<Map<string, Lying>> {
    const rows = await this.#system.all(
      readRuns,
      stages.flatMap(({ runs }) => runs),
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  async liveLeases(stages: readonly Stage[]): Promise<Set<string>> {
    const ids = stages.flatMap((stage) => [...stage.ids].filter(([key]) => key.startsWith("lease")).map(([, id]) => id));
    return new Set((await this.#system.all(readLiveLeases, ids)).map(({ id }) => id));
  }

  /** Breaks a connection of the server, whatever it is doing. */
  async breakConnection(): Promise<void> {
    await this.#system
      .compose(
        () => sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() order by random() limit 1`,
      )
      .catch(() => {});
  }

  /** Forgets all traces, so that the next ones do not find larger tables. */
  async clear(): Promise<void> {
    this.acknowledged.length = 0;
    await this.#system.compose(
      () =>
        sql`truncate orion.flow, orion.flow_run_state, orion.outbox, orion.concurrency_limit, orion.concurrency_lease cascade`,
    );
  }
}
