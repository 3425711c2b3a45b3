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
  name: string().with({ description: "The name of this automation" }),
  description: string().default("").with({ description: "A longer description of this automation" }),
  enabled: boolean().default(true).with({ description: "Whether this automation will be evaluated" }),
  tags: list(string()).default(none).with({ description: "A list of tags associated with this automation" }),
  trigger: jsonObject(),
  actions: list(jsonObject()),
  actions_on_trigger: list(jsonObject()).default(none),
  actions_on_resolve: list(jsonObject()).default(none),
  id,
  created,
  updated,
});
