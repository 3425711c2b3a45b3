import { identity } from "./identity.ts";
import { boolean, jsonObject, type JsonText, list, model, string, type Timestamp } from "./kit/index.ts";

/** What shall happen when events come or stay away. The trigger and the actions are the JSON that they were stored as. */
export interface Automation {
  id: string;
  created: Timestamp | null;
  updated: Timestamp | null;
  name: string;
  description: string;
  enabled: boolean;
  tags: string[];
  trigger: JsonText;
  actions: JsonText[];
  actions_on_trigger: JsonText[];
  actions_on_resolve: JsonText[];
}

const { id, created, updated } = identity;
const none = () => [];

export const Automation = model<Automation>("Automation", {
  name: string(),
  description: string().default(""),
  enabled: boolean().default(true),
  tags: list(string()).default(none),
  trigger: jsonObject(),
  actions: list(jsonObject()),
  actions_on_trigger: list(jsonObject()).default(none),
  actions_on_resolve: list(jsonObject()).default(none),
  id,
  created,
  updated,
});
