import type { Automation, JsonText } from "@praetor/wire";
import { workspaceStatement } from "../../platform/database/index.ts";

/** An automation as it is stored: each list of actions is one JSON. */
export interface StoredAutomation extends Omit<Automation, "actions" | "actions_on_trigger" | "actions_on_resolve"> {
  readonly actions: JsonText;
  readonly actions_on_trigger: JsonText;
  readonly actions_on_resolve: JsonText;
}

export const listAutomationsRelatedTo = workspaceStatement<[resourceId: string], StoredAutomation>(
  "automation.list-related-to",
  `select id, created, updated, name, description, enabled, tags, trigger, actions, actions_on_trigger, actions_on_resolve
  from events.automation_related_resource related
  join events.automation on automation.workspace_id = related.workspace_id and automation.id = related.automation_id
  where related.workspace_id = $1 and related.resource_id = $2
  order by created, id limit 10000`,
  { access: "replica" },
);
