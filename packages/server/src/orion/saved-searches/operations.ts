import { JsonText, list, parseJson, type SavedSearch, type SavedSearchCreate, SavedSearchFilter } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { deleteSavedSearch, listSavedSearches, putSavedSearch, readSavedSearch, type StoredSearch } from "./queries.ts";

const criteria = list(SavedSearchFilter);

function presented({ filters, ...search }: StoredSearch): SavedSearch {
  const parsed = criteria.parse(parseJson(filters.text));
  if (!parsed.ok) throw new Error("a stored search has criteria that were never accepted");
  return { ...search, filters: parsed.value };
}

/** The search of that name, made or replaced; `inserted` tells which. */
export async function put(
  deps: Pick<Dependencies, "ids">,
  database: WorkspaceDatabase,
  { name, filters }: SavedSearchCreate,
): Promise<{ search: SavedSearch; inserted: boolean }> {
  const row = await database.first(putSavedSearch, deps.ids.random(), name, new JsonText(criteria.dump(filters)));
  if (row === undefined) throw new Error("an upsert answered no row");
  const { inserted, ...search } = row;
  return { search: presented(search), inserted };
}

/** @throws ApiError `saved_search_not_found` */
export async function read(database: WorkspaceDatabase, id: string): Promise<SavedSearch> {
  const search = await database.first(readSavedSearch, id);
  if (search === undefined) throw apiError("saved_search_not_found");
  return presented(search);
}

/** @throws ApiError `saved_search_not_found` */
export async function remove(database: WorkspaceDatabase, id: string): Promise<void> {
  if ((await database.first(deleteSavedSearch, id)) === undefined) throw apiError("saved_search_not_found");
}

/** By name. */
export async function listByName(database: WorkspaceDatabase, limit: number, offset: number): Promise<SavedSearch[]> {
  return (await database.all(listSavedSearches, limit, offset)).map(presented);
}
