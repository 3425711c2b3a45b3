import type { JsonText, SavedSearch } from "@praetor/wire";
import { workspaceStatement } from "../../platform/database/index.ts";

const COLUMNS = "id, created, updated, name, filters";

/** A search as it is stored: its criteria are kept as the JSON that was sent. */
export interface StoredSearch extends Omit<SavedSearch, "filters"> {
  readonly filters: JsonText;
}

export const putSavedSearch = workspaceStatement<
  [id: string, name: string, filters: JsonText],
  StoredSearch & { readonly inserted: boolean }
>(
  "saved-search.put",
  `insert into orion.saved_search (workspace_id, id, name, filters) values ($1, $2, $3, $4)
  on conflict (workspace_id, name) do update set filters = excluded.filters, updated = now()
  returning ${COLUMNS}, id = $2 as inserted`,
);

export const readSavedSearch = workspaceStatement<[id: string], StoredSearch>(
  "saved-search.read",
  `select ${COLUMNS} from orion.saved_search where workspace_id = $1 and id = $2`,
);

export const deleteSavedSearch = workspaceStatement<[id: string], { id: string }>(
  "saved-search.delete",
  "delete from orion.saved_search where workspace_id = $1 and id = $2 returning id",
);

export const listSavedSearches = workspaceStatement<[limit: number, offset: number], StoredSearch>(
  "saved-search.list",
  `select ${COLUMNS} from orion.saved_search where workspace_id = $1 order by name limit $2 offset $3`,
  { access: "replica" },
);
