import type { NameLike } from "@praetor/wire";
import { type Fragment, sql, type WorkspaceExecutor } from "../../platform/database/index.ts";
import type { RunFilters } from "./scopes.ts";

/** Names that more runs have are common enough to be met soon in any order. */
const MOST_FOUND = 1000;

/**
 * The same filters, with parts of names replaced by the names that have them, where few runs do. PostgreSQL has no
 * index for a part of a text but one that costs each write a dozen entries; and for a part that no name has, it reads the
 * whole table. The names alone, from their index, are a tenth of that.
 */
export async function findNames(database: WorkspaceExecutor, filters: RunFilters): Promise<RunFilters> {
  const { flow_runs: runs, task_runs: tasks } = filters;
  const [runName, taskName] = await Promise.all([
    foundName(database, sql`orion.flow_run`, runs?.name),
    foundName(database, sql`orion.task_run`, tasks?.name),
  ]);
  return {
    ...filters,
    ...(runs && runName && { flow_runs: { ...runs, name: runName } }),
    ...(tasks && taskName && { task_runs: { ...tasks, name: taskName } }),
  };
}

async function foundName(
  database: WorkspaceExecutor,
  table: Fragment,
  filter: NameLike | null | undefined,
): Promise<NameLike | undefined> {
  if (!filter?.like_) return undefined;
  const rows = await database.compose<{ name: string }>(
    (workspace) => sql`
      select name from ${table} where workspace_id = ${workspace} and name ilike ${`%${filter.like_}%`}
      order by name limit ${MOST_FOUND + 1}`,
    { access: "replica" },
  );
  if (rows.length > MOST_FOUND) return undefined;
  const found = [...new Set(rows.map(({ name }) => name))];
  return { any_: found.filter((name) => filter.any_?.includes(name) ?? true), like_: null };
}
