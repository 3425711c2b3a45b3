import { Flow, type FlowSort, type JsonText, RowWriter, type Written } from "@praetor/wire";
import { type Fragment, sql, type WorkspaceExecutor, workspaceStatement } from "../../platform/database/index.ts";
import { flowsMatching, type RunFilters } from "../run-filters/index.ts";

const COLUMNS = "id, created, updated, name, tags, labels";

export interface EnsuredFlow extends Flow {
  readonly inserted: boolean;
}

/** Most runs begin with a flow that exists, so the lookup comes first and the insert only where it found nothing. */
export const ensureFlow = workspaceStatement<
  [id: string, name: string, tags: string[], labels: JsonText | null, eventId: string, event: string],
  EnsuredFlow
>(
  "flow.ensure",
  `with existing as (
    select ${COLUMNS} from orion.flow where workspace_id = $1 and name = $3
  ), inserted as (
    insert into orion.flow (workspace_id, id, name, tags, labels)
    select $1, $2, $3, $4, $5 where not exists (select from existing)
    on conflict do nothing
    returning ${COLUMNS}
  ), announced as (
    insert into orion.outbox (workspace_id, id, event) select $1, $6, $7 from inserted
  )
  select ${COLUMNS}, true as inserted from inserted union all select ${COLUMNS}, false from existing`,
);

export const readFlow = workspaceStatement<[id: string], Flow>(
  "flow.read",
  `select ${COLUMNS} from orion.flow where workspace_id = $1 and id = $2`,
);

export const readFlowByName = workspaceStatement<[name: string], Flow>(
  "flow.read-by-name",
  `select ${COLUMNS} from orion.flow where workspace_id = $1 and name = $2`,
);

export const updateFlowTags = workspaceStatement<[id: string, tags: string[], eventId: string, event: string], { id: string }>(
  "flow.update-tags",
  `with changed as (
    update orion.flow set tags = $3, updated = now() where workspace_id = $1 and id = $2 returning id
  ), announced as (
    insert into orion.outbox (workspace_id, id, event) select $1, $4, $5 from changed
  )
  select id from changed`,
);

/** Deletes flows with their runs. `$2` holds a row for each: its id and the event that tells of its end. */
export const deleteFlows = workspaceStatement<[flows: string], { id: string }>(
  "flow.delete",
  `with doomed as (
    select * from json_to_recordset($2::json) as row(id uuid, event_id uuid, event text)
  ), gone as (
    delete from orion.flow where workspace_id = $1 and id = any(array(select id from doomed)) returning id
  ), announced as (
    insert into orion.outbox (workspace_id, id, event)
    select $1, doomed.event_id, doomed.event::json from doomed join gone on gone.id = doomed.id
  )
  select id from gone`,
);

const ORDER = {
  CREATED_DESC: sql`flow.created desc`,
  UPDATED_DESC: sql`flow.updated desc`,
  NAME_ASC: sql`flow.name asc`,
  NAME_DESC: sql`flow.name desc`,
} as const satisfies Record<FlowSort, Fragment>;

export interface FlowList {
  readonly filters: RunFilters;
  readonly sort: FlowSort;
  readonly limit: number;
  readonly offset: number;
}

/** Flows to be looked at. */
export function findFlows(database: WorkspaceExecutor, list: FlowList): Promise<Flow[]> {
  return database.compose<Flow>((workspace) => flowPage(workspace, list), { access: "replica" });
}

const flowWriter = new RowWriter<Flow, Flow>(Flow);

/** Flows to be answered. */
export async function listFlows(database: WorkspaceExecutor, list: FlowList): Promise<Written<Flow[]>> {
  return flowWriter.write(await database.composeTexts<Flow>((workspace) => flowPage(workspace, list), { access: "replica" }));
}

function flowPage(workspace: Fragment, { filters, sort, limit, offset }: FlowList): Fragment {
  return sql`
    select flow.id, flow.created, flow.updated, flow.name, flow.tags, flow.labels from orion.flow as flow
    where flow.workspace_id = ${workspace} and ${flowsMatching(filters)}
    order by ${ORDER[sort]} limit ${limit} offset ${offset}`;
}

export async function countFlows(database: WorkspaceExecutor, filters: RunFilters): Promise<number> {
  const [row] = await database.compose<{ count: number }>(
    (workspace) => sql`
      select count(*) as count from orion.flow as flow where flow.workspace_id = ${workspace} and ${flowsMatching(filters)}`,
    { access: "replica" },
  );
  return row?.count ?? 0;
}
