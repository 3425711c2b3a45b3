import {
  criteria,
  membership,
  type Membership,
  nameLike,
  type NameLike,
  Operator,
  optional,
  tagSet,
  type TagSet,
} from "./filters.ts";
import { boolean, uuid } from "./kit/index.ts";

export interface FlowFilter {
  operator: Operator;
  id: Membership | null;
  deployment: { operator: Operator; is_null_: boolean | null } | null;
  name: NameLike | null;
  tags: TagSet | null;
}
export const FlowFilter = criteria<FlowFilter>("FlowFilter", {
  operator: Operator.default("and_"),
  id: optional(membership("FlowFilterId", uuid())),
  deployment: optional(
    criteria<{ operator: Operator; is_null_: boolean | null }>("FlowFilterDeployment", {
      operator: Operator.default("and_"),
      is_null_: optional(boolean()),
    }),
  ),
  name: optional(nameLike("FlowFilterName")),
  tags: optional(tagSet("FlowFilterTags")),
});
