import type { JsonText, Variable, VariableFilter, VariableSort, VariableUpdate } from "@praetor/wire";
import { Fragment, sql, type WorkspaceExecutor, workspaceStatement } from "../../platform/database/index.ts";
import { combine, matchesMembership, matchesName, matchesTags } from "../../platform/filter/index.ts";
import type { OutboxRow } from "../outbox/index.ts";

const COLUMNS = "id, created, updated, name, value, tags";

export const insertVariable = workspaceStatement<
  [id: string, name: string, value: JsonText, tags: readonly string[], eventId: string, event: string],
  Variable
>(
  "variable.insert",
  `with inserted as (
    insert into orion.variable (workspace_id, id, name, value, tags) values ($1, $2, $3, $4, $5)
    on conflict (workspace_id, name) do nothing
    returning ${COLUMNS}
  ), announced as (
    insert into orion.outbox (workspace_id, id, event) select $1, $6, $7 from inserted
  )
  select ${COLUMNS} from inserted`,
);

export const readVariable = workspaceStatement<[id: string], Variable>(
  "variable.read",
  `select ${COLUMNS} from orion.variable where workspace_id = $1 and id = $2`,
);

export const readVariableByName = workspaceStatement<[name: string], Variable>(
  "variable.read-by-name",
  `select ${COLUMNS} from orion.variable where workspace_id = $1 and name = $2`,
);

const ASSIGNMENTS = {
  name: (value: unknown) => sql`name = ${value}`,
  value: (value: unknown) => sql`value = ${value}`,
  tags: (value: unknown) => sql`tags = ${value}`,
} as const satisfies Record<keyof VariableUpdate, (value: unknown) => Fragment>;

/** Sets the columns that were sent; answers whether the variable is there. */
export async function updateVariable(
  database: WorkspaceExecutor,
  id: string,
  sent: Partial<VariableUpdate>,
  event: OutboxRow,
): Promise<boolean> {
  const assignments = Object.entries(ASSIGNMENTS).flatMap(([key, assign]) =>
    key in sent ? [assign(sent[key as keyof VariableUpdate])] : [],
  );
  const rows = await database.compose(
    (workspace) => sql`
      with changed as (
        update orion.variable set ${Fragment.join([...assignments, sql`updated = now()`], ", ")}
        where workspace_id = ${workspace} and id = ${id}
        returning id
      )
      insert into orion.outbox (workspace_id, id, event)
      select ${workspace}::uuid, ${event.id}::uuid, ${event.event}::json from changed
      returning id`,
  );
  return rows.length > 0;
}

export const deleteVariable = workspaceStatement<[id: string, eventId: string, event: string], { id: string }>(
  "variable.delete",
  `with gone as (
    delete from orion.variable where workspace_id = $1 and id = $2 returning id
  ), announced as (
    insert into orion.outbox (workspace_id, id, event) select $1, $3, $4 from gone
  )
  select id from gone`,
);

function variableMatches(filter: VariableFilter | null): Fragment {
  return combine(filter?.operator, [
    matchesMembership(sql`id`, "uuid", filter?.id ?? null),
    matchesName(sql`name`, filter?.name ?? null),
    matchesTags(sql`tags`, filter?.tags ?? null),
  ]);
}

const ORDER = {
  CREATED_DESC: sql`created desc`,
  UPDATED_DESC: sql`updated desc`,
  NAME_ASC: sql`name asc`,
  NAME_DESC: sql`name desc`,
} as const satisfies Record<VariableSort, Fragment>;

export interface VariableList {
  readonly variables: VariableFilter | null;
  readonly sort: VariableSort;
  readonly limit: number;
  readonly offset: number;
}

export function listVariables(
  database: WorkspaceExecutor,
  { variables, sort, limit, offset }: VariableList,
): Promise<Variable[]> {
  return database.compose<Variable>(
    (workspace) => sql`
      select id, created, updated, name, value, tags from orion.variable
      where workspace_id = ${workspace} and ${variableMatches(variables)}
      order by ${ORDER[sort]} limit ${limit} offset ${offset}`,
    { access: "replica" },
  );
}

export async function countVariables(database: WorkspaceExecutor, variables: VariableFilter | null): Promise<number> {
  const [row] = await database.compose<{ count: number }>(
    (workspace) => sql`
      select count(*) as count from orion.variable where workspace_id = ${workspace} and ${variableMatches(variables)}`,
    { access: "replica" },
  );
  return row?.count ?? 0;
}
