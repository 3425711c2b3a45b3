import { identity } from "./identity.ts";
import { json, type JsonText, list, model, string, type Timestamp } from "./kit/index.ts";

/** One criterion of a search, meant for a user interface alone. */
export interface SavedSearchFilter {
  object: string;
  property: string;
  type: string;
  operation: string;
  value: JsonText;
}
export const SavedSearchFilter = model<SavedSearchFilter>("SavedSearchFilter", {
  object: string(),
  property: string(),
  type: string(),
  operation: string(),
  value: json(),
});

export interface SavedSearchCreate {
  name: string;
  filters: SavedSearchFilter[];
}
export const SavedSearchCreate = model<SavedSearchCreate>(
  "SavedSearchCreate",
  { name: string(), filters: list(SavedSearchFilter).default(() => []) },
  { extra: "forbid" },
);

export interface SavedSearch extends SavedSearchCreate {
  id: string;
  created: Timestamp | null;
  updated: Timestamp | null;
}
export const SavedSearch = model<SavedSearch>("SavedSearch", {
  ...identity,
  name: string(),
  filters: list(SavedSearchFilter).default(() => []),
});
