import type { FlowFilter } from "@praetor/wire";
import { type Fragment, sql } from "../../platform/database/index.ts";
import { combine, given, matchesMembership, matchesName, matchesTags } from "../../platform/filter/index.ts";

/** Whether the row `flow` passes. */
export function flowMatches(filter: FlowFilter): Fragment {
  const deployed = sql`exists (select from orion.deployment as own where own.workspace_id = flow.workspace_id and own.flow_id = flow.id)`;
  const asked = filter.deployment?.is_null_ ?? null;
  return combine(filter.operator, [
    matchesMembership(sql`flow.id`, "uuid", filter.id),
    given(filter.deployment, asked === null ? undefined : asked ? sql`not ${deployed}` : deployed),
    matchesName(sql`flow.name`, filter.name),
    matchesTags(sql`flow.tags`, filter.tags),
  ]);
}
