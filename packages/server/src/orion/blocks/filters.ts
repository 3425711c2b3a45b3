import type { BlockDocumentFilter, BlockSchemaFilter, BlockTypeFilter } from "@praetor/wire";
import { type Fragment, sql } from "../../platform/database/index.ts";
import { combine, every, inList, matchesName } from "../../platform/filter/index.ts";

/** Whether the row `type` passes. */
export function blockTypeMatches(filter: BlockTypeFilter | null): Fragment {
  return every([
    inList(sql`type.slug`, "text", filter?.slug?.any_),
    matchesName(sql`type.name`, filter?.name ? { any_: null, like_: filter.name.like_ } : null),
  ]);
}

/** Whether the row `schema` passes. */
export function blockSchemaMatches(filter: BlockSchemaFilter | null): Fragment {
  const capabilities = filter?.block_capabilities?.all_;
  return combine(filter?.operator, [
    inList(sql`schema.block_type_id`, "uuid", filter?.block_type_id?.any_),
    capabilities ? sql`schema.capabilities @> ${capabilities}::text[]` : undefined,
    inList(sql`schema.id`, "uuid", filter?.id?.any_),
    inList(sql`schema.version`, "text", filter?.version?.any_),
  ]);
}

/** Whether the row `document` passes; no filter at all hides anonymous documents, as the filter's own default does. */
export function blockDocumentMatches(filter: BlockDocumentFilter | null): Fragment {
  if (filter === null) return sql`not document.is_anonymous`;
  const anonymous = filter.is_anonymous?.eq_ ?? null;
  return combine(filter.operator, [
    inList(sql`document.id`, "uuid", filter.id?.any_),
    anonymous === null ? undefined : sql`document.is_anonymous = ${anonymous}`,
    inList(sql`document.block_type_id`, "uuid", filter.block_type_id?.any_),
    matchesName(sql`document.name`, filter.name),
  ]);
}
