import { type AnyOf, anyOf, criteria, ids, type NameLike, nameLike, Operator, optional } from "./filters.ts";
import { boolean, enumeration, type Infer, list, nullable, string } from "./kit/index.ts";

export const BlockDocumentSort = enumeration("BlockDocumentSort", ["NAME_DESC", "NAME_ASC", "BLOCK_TYPE_AND_NAME_ASC"]);
export type BlockDocumentSort = Infer<typeof BlockDocumentSort>;

export interface BlockTypeFilter {
  name: { like_: string | null } | null;
  slug: AnyOf | null;
}
export const BlockTypeFilter = criteria<BlockTypeFilter>("BlockTypeFilter", {
  name: optional(criteria("BlockTypeFilterName", { like_: optional(string()) })),
  slug: optional(anyOf("BlockTypeFilterSlug", string())),
});

export interface BlockSchemaFilter {
  operator: Operator;
  block_type_id: AnyOf | null;
  block_capabilities: { all_: string[] | null } | null;
  id: AnyOf | null;
  version: AnyOf | null;
}
export const BlockSchemaFilter = criteria<BlockSchemaFilter>("BlockSchemaFilter", {
  operator: Operator.default("and_"),
  block_type_id: optional(ids("BlockSchemaFilterBlockTypeId")),
  block_capabilities: optional(criteria("BlockSchemaFilterCapabilities", { all_: optional(list(string())) })),
  id: optional(ids("BlockSchemaFilterId")),
  version: optional(anyOf("BlockSchemaFilterVersion", string())),
});

/** Anonymous documents are hidden unless a filter says otherwise; an explicit null shows them all. */
export interface BlockDocumentFilter {
  operator: Operator;
  id: AnyOf | null;
  is_anonymous: { eq_: boolean | null } | null;
  block_type_id: AnyOf | null;
  name: NameLike | null;
}
export const BlockDocumentFilter = criteria<BlockDocumentFilter>("BlockDocumentFilter", {
  operator: Operator.default("and_"),
  id: optional(ids("BlockDocumentFilterId")),
  is_anonymous: nullable(criteria("BlockDocumentFilterIsAnonymous", { eq_: optional(boolean()) })).default({ eq_: false }),
  block_type_id: optional(ids("BlockDocumentFilterBlockTypeId")),
  name: optional(nameLike("BlockDocumentFilterName")),
});
