import { type Automation, jsonObject, type JsonText, list, parseJson } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import { listAutomationsRelatedTo, type StoredAutomation } from "./queries.ts";

const actionsOf = list(jsonObject());

function actions({ text }: JsonText): JsonText[] {
  const parsed = actionsOf.parse(parseJson(text));
  if (!parsed.ok) throw new Error("a stored automation has actions that were never accepted");
  return parsed.value;
}

function presented(row: StoredAutomation): Automation {
  return {
    ...row,
    actions: actions(row.actions),
    actions_on_trigger: actions(row.actions_on_trigger),
    actions_on_resolve: actions(row.actions_on_resolve),
  };
}

/** The automations that name the resource (`prefect.deployment.<id>`) or that it owns, oldest first. */
export async function listRelatedTo(database: WorkspaceDatabase, resourceId: string): Promise<Automation[]> {
  return (await database.all(listAutomationsRelatedTo, resourceId)).map(presented);
}
