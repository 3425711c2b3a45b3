import type { ListedTaskRun, Page, TaskRun, Written } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { pageCount } from "../../platform/filter/index.ts";
import { announceFreed } from "../concurrency/index.ts";
import { generateName } from "../names/index.ts";
import {
  countTaskRuns,
  deleteTaskRun,
  listTaskRuns,
  readTaskRun,
  renameTaskRun,
  type TaskRunList,
  touchTaskRun,
} from "./queries.ts";
import { presentTaskRun, listedTaskRunWriter, taskRunWriter } from "./rows.ts";

type Deps = Pick<Dependencies, "clock" | "random">;

/** @throws ApiError `task_run_not_found` */
export async function read(deps: Deps, database: WorkspaceDatabase, id: string): Promise<TaskRun> {
  const row = await database.first(readTaskRun, id);
  if (row === undefined) throw apiError("task_run_not_found");
  return presentTaskRun(row, deps.clock.now());
}

export async function find(deps: Deps, database: WorkspaceDatabase, asked: TaskRunList): Promise<Written<TaskRun[]>> {
  return taskRunWriter.write(await listTaskRuns(database, asked), deps.clock.now());
}

/** A page tells less of each run than a list does. */
export async function paginate(
  deps: Deps,
  database: WorkspaceDatabase,
  asked: Omit<TaskRunList, "offset">,
  page: number,
): Promise<Page<ListedTaskRun>> {
  const { limit } = asked;
  const [rows, count] = await Promise.all([
    listTaskRuns(database, { ...asked, offset: (page - 1) * limit }),
    countTaskRuns(database, asked.filters),
  ]);
  const results = listedTaskRunWriter.write(rows, deps.clock.now());
  return { results, count, limit, pages: pageCount(count, limit), page };
}

/** Renames the run; a name of nothing asks for a generated one, and no name at all changes nothing. @throws ApiError `task_run_not_found` */
export async function rename(
  deps: Deps,
  database: WorkspaceDatabase,
  id: string,
  name: string | null | undefined,
): Promise<void> {
  const found =
    name === undefined
      ? await database.first(touchTaskRun, id)
      : await database.first(renameTaskRun, id, name || generateName(deps.random));
  if (found === undefined) throw apiError("task_run_not_found", "Task run not found");
}

/** @throws ApiError `task_run_not_found` */
export async function remove(deps: Pick<Dependencies, "bus">, database: WorkspaceDatabase, id: string): Promise<void> {
  if ((await database.first(deleteTaskRun, id)) === undefined) throw apiError("task_run_not_found");
  await announceFreed(deps, database.workspaceId, null);
}
