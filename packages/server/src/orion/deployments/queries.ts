import type {
  ConcurrencyOptions,
  DeploymentFilter,
  DeploymentSort,
  FlowFilter,
  FlowRunFilter,
  JsonText,
  TaskRunFilter,
  WorkPoolFilter,
  WorkQueueFilter,
} from "@praetor/wire";
import { Fragment, sql, type WorkspaceExecutor, workspaceStatement } from "../../platform/database/index.ts";
import { deploymentsMatching } from "../run-filters/index.ts";
import { DEPLOYMENT_COLUMNS, DEPLOYMENT_JOINS, type DeploymentRow, deploymentColumns, deploymentJoins } from "./rows.ts";

export const readDeployment = workspaceStatement<[id: string], DeploymentRow>(
  "deployment.read",
  `select ${DEPLOYMENT_COLUMNS} from orion.deployment as deployment ${DEPLOYMENT_JOINS}
  where deployment.workspace_id = $1 and deployment.id = $2`,
);

export const readDeploymentByName = workspaceStatement<[flowName: string, name: string], DeploymentRow>(
  "deployment.read-by-name",
  `select ${DEPLOYMENT_COLUMNS} from orion.deployment as deployment ${DEPLOYMENT_JOINS}
  where deployment.workspace_id = $1 and flow.name = $2 and deployment.name = $3`,
);

/** Held until the transaction ends: whoever makes runs of the deployment waits, and then sees what became of it. */
export const lockDeployment = workspaceStatement<[id: string], { id: string }>(
  "deployment.lock",
  "select id from orion.deployment where workspace_id = $1 and id = $2 for update",
  { alone: true },
);

export const lockDeploymentByName = workspaceStatement<[flowId: string, name: string], { id: string }>(
  "deployment.lock-by-name",
  "select id from orion.deployment where workspace_id = $1 and flow_id = $2 and name = $3 for update",
  { alone: true },
);

/** What a deployment is made of; of one that exists only what is given is changed. */
export interface DeploymentColumns {
  version?: string | null;
  description?: string | null;
  tags?: string[];
  labels?: JsonText | null;
  parameters?: JsonText | null;
  parameter_openapi_schema?: JsonText | null;
  enforce_parameter_schema?: boolean | null;
  pull_steps?: JsonText | null;
  path?: string | null;
  entrypoint?: string | null;
  job_variables?: JsonText | null;
  paused?: boolean;
  work_queue_id?: string | null;
  work_queue_name?: string | null;
  storage_document_id?: string | null;
  infrastructure_document_id?: string | null;
  concurrency_limit_id?: string | null;
  concurrency_options?: ConcurrencyOptions | null;
}

const TYPES: Readonly<Record<keyof DeploymentColumns, string>> = {
  version: "text",
  description: "text",
  tags: "text[]",
  labels: "json",
  parameters: "json",
  parameter_openapi_schema: "json",
  enforce_parameter_schema: "boolean",
  pull_steps: "json",
  path: "text",
  entrypoint: "text",
  job_variables: "json",
  paused: "boolean",
  work_queue_id: "uuid",
  work_queue_name: "text",
  storage_document_id: "uuid",
  infrastructure_document_id: "uuid",
  concurrency_limit_id: "uuid",
  concurrency_options: "jsonb",
};

/** Each column that is given, and its value as a parameter of its type. */
function given(columns: DeploymentColumns): (readonly [column: Fragment, value: Fragment])[] {
  const names = Object.keys(TYPES) as (keyof DeploymentColumns)[];
  return names
    .filter((name) => columns[name] !== undefined)
    .map((name) => [Fragment.text(name), sql`${columns[name]}::${Fragment.text(TYPES[name])}`] as const);
}

/** Makes a deployment, unless its flow has one of that name. */
export async function insertDeployment(
  tx: WorkspaceExecutor,
  made: { readonly id: string; readonly flow_id: string; readonly name: string },
  columns: DeploymentColumns,
): Promise<boolean> {
  const values = given(columns);
  const rows = await tx.compose<{ id: string }>(
    (workspace) => sql`
      insert into orion.deployment (workspace_id, id, flow_id, name${list(values.map(([column]) => column))})
      select ${workspace}::uuid, ${made.id}::uuid, ${made.flow_id}::uuid, ${made.name}::text${list(values.map(([, value]) => value))}
      on conflict (workspace_id, flow_id, name) do nothing
      returning id`,
  );
  return rows.length > 0;
}

const list = (items: readonly Fragment[]) => Fragment.concat(items.map((item) => sql`, ${item}`));

export async function updateDeployment(tx: WorkspaceExecutor, id: string, columns: DeploymentColumns): Promise<void> {
  const assignments = given(columns).map(([column, value]) => sql`, ${column} = ${value}`);
  await tx.compose(
    (workspace) => sql`
      update orion.deployment set updated = now()${Fragment.concat(assignments)}
      where workspace_id = ${workspace} and id = ${id}`,
  );
}

/**
 * Deletes deployments with their schedules, the runs that have not begun, and their limits. `$2` holds a row for each: its id and
 * the event that tells of its end.
 */
export const deleteDeployments = workspaceStatement<[deployments: string], { id: string }>(
  "deployment.delete",
  `with doomed as (
    select * from json_to_recordset($2::json) as row(id uuid, event_id uuid, event text)
  ), gone as (
    delete from orion.deployment where workspace_id = $1 and id = any(array(select id from doomed))
    returning id, concurrency_limit_id
  ), limits as (
    delete from orion.concurrency_limit as own using gone
    where own.workspace_id = $1 and own.id = gone.concurrency_limit_id and own.name = 'deployment:' || gone.id::text
  ), announced as (
    insert into orion.outbox (workspace_id, id, event)
    select $1, doomed.event_id, doomed.event::json from doomed join gone on gone.id = doomed.id
  )
  select id from gone`,
  { alone: true },
);

export const lockDeployments = workspaceStatement<[ids: readonly string[]], { id: string }>(
  "deployment.lock-many",
  "select id from orion.deployment where workspace_id = $1 and id = any($2::uuid[]) order by id for update",
  { alone: true },
);

/**
 * Deletes the runs of deployments that have not begun and do not wait for a slot: those that schedules made, or all; those to come,
 * or all.
 */
export const deleteScheduledRuns = workspaceStatement<
  [deploymentIds: readonly string[], automaticOnly: boolean, futureOnly: boolean],
  unknown
>(
  "deployment.delete-scheduled-runs",
  `delete from orion.flow_run
  where workspace_id = $1 and deployment_id = any($2::uuid[]) and next_scheduled_start_time is not null
    and state_type = 'SCHEDULED' and state_name <> 'AwaitingConcurrencySlot' and run_count = 0
    and (auto_scheduled or not $3) and (next_scheduled_start_time > now() or not $4)`,
  { alone: true },
);

/** The limit of one deployment, named after it. */
export const setDeploymentLimit = workspaceStatement<[deploymentId: string, limitId: string, limit: number], unknown>(
  "deployment.set-limit",
  `with made as (
    insert into orion.concurrency_limit (workspace_id, id, name, "limit") values ($1, $3, 'deployment:' || $2::uuid::text, $4)
    on conflict (workspace_id, name) do update set "limit" = excluded."limit", active = true, updated = now()
    returning id
  )
  update orion.deployment set concurrency_limit_id = made.id from made where workspace_id = $1 and deployment.id = $2`,
  { alone: true },
);

/** Takes the limit from a deployment; one that is shared stays for the others. */
export const dropDeploymentLimit = workspaceStatement<[deploymentId: string], unknown>(
  "deployment.drop-limit",
  `with own as (
    delete from orion.concurrency_limit where workspace_id = $1 and name = 'deployment:' || $2::uuid::text
  )
  update orion.deployment set concurrency_limit_id = null where workspace_id = $1 and id = $2`,
  { alone: true },
);

/** What a deployment refers to: labels of its flow, and whether its documents and its limit exist. */
export const readReferences = workspaceStatement<
  [flowId: string, infrastructureId: string | null, storageId: string | null, limitId: string | null],
  { flow_labels: JsonText | null; has_infrastructure: boolean; has_storage: boolean; has_limit: boolean }
>(
  "deployment.read-references",
  `select
    (select labels from orion.flow where workspace_id = $1 and id = $2) as flow_labels,
    exists (select from orion.block_document where workspace_id = $1 and id = $3) as has_infrastructure,
    exists (select from orion.block_document where workspace_id = $1 and id = $4) as has_storage,
    exists (select from orion.concurrency_limit where workspace_id = $1 and id = $5) as has_limit`,
);

export interface DeploymentFilters {
  readonly flows?: FlowFilter | null;
  readonly flow_runs?: FlowRunFilter | null;
  readonly task_runs?: TaskRunFilter | null;
  readonly deployments?: DeploymentFilter | null;
  readonly work_pools?: WorkPoolFilter | null;
  readonly work_pool_queues?: WorkQueueFilter | null;
}

export interface DeploymentList {
  readonly filters: DeploymentFilters;
  readonly sort: DeploymentSort;
  readonly limit: number;
  readonly offset: number;
}

const ORDER = {
  CREATED_DESC: sql`deployment.created desc`,
  UPDATED_DESC: sql`deployment.updated desc`,
  NAME_ASC: sql`deployment.name asc`,
  NAME_DESC: sql`deployment.name desc`,
} as const satisfies Record<DeploymentSort, Fragment>;

/** The page is cut before queues, pools and limits are joined. */
export function listDeployments(
  database: WorkspaceExecutor,
  { filters, sort, limit, offset }: DeploymentList,
): Promise<DeploymentRow[]> {
  const order = ORDER[sort];
  return database.compose<DeploymentRow>(
    (workspace) => sql`
      with deployment as (
        select deployment.* from orion.deployment as deployment
        where deployment.workspace_id = ${workspace} and ${deploymentsMatching(filters)}
        order by ${order} limit ${limit} offset ${offset}
      )
      select ${deploymentColumns} from deployment ${deploymentJoins} order by ${order}`,
    { access: "replica" },
  );
}

export async function countDeployments(database: WorkspaceExecutor, filters: DeploymentFilters): Promise<number> {
  const [row] = await database.compose<{ count: number }>(
    (workspace) => sql`
      select count(*) as count from orion.deployment as deployment
      where deployment.workspace_id = ${workspace} and ${deploymentsMatching(filters)}`,
    { access: "replica" },
  );
  return row?.count ?? 0;
}
