import type { BlockDocumentFilter, BlockSchemaFilter, BlockTypeFilter } from "@praetor/wire";
import { type Fragment, sql } from "../../platform/database/index.ts";
import { combine, every, given, inList, matchesMembership, matchesName } from "../../platform/filter/index.ts";

/** Whether the row `type` passes. */
export function blockTypeMatches(filter: BlockTypeFilter | null): Fragment {
  return every([
    inList(sql`type.slug`, "text", filter?.slug?.any_),
    matchesName(sql`type.name`, filter?.name ? { any_: null, like_: filter.name.like_ } : null),
  ]);
}

/** Whether the row `schema` passes. */
export function blockSchemaMatches(filter: BlockSchemaFilter | null): Fragment {
  if (filter === null) return every([]);
  const capabilities = filter.block_capabilities?.all_;
  return combine(filter.operator, [
    matchesMembership(sql`schema.block_type_id`, "uuid", filter.block_type_id),
    given(filter.block_capabilities, capabilities ? sql`schema.capabilities @> ${capabilities}::text[]` : undefined),
    matchesMembership(sql`schema.id`, "uuid", filter.id),
    matchesMembership(sql`schema.version`, "text", filter.version),
  ]);
}

/** Whether the row `document` passes; no filter at all hides anonymous documents, as the filter's own default does. */
export function blockDocumentMatches(filter: BlockDocumentFilter | null): Fragment {
  if (filter === null) return sql`not document.is_anonymous`;
  const anonymous = filter.is_anonymous?.eq_ ?? null;
  return combine(filter.operator, [
    matchesMembership(sql`document.id`, "uuid", filter.id),
    given(filter.is_anonymous, anonymous === null ? undefined : sql`document.is_anonymous = ${anonymous}`),
    matchesMembership(sql`document.block_type_id`, "uuid", filter.block_type_id),
    matchesName(sql`document.name`, filter.name),
  ]);
}
