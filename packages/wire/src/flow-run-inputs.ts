import { identity } from "./identity.ts";
import { model, string, type Timestamp, uuid } from "./kit/index.ts";
import { optional } from "./filters.ts";

/** A value that somebody leaves for a flow run under a key; its text is not looked into. */
export interface FlowRunInput {
  id: string;
  created: Timestamp | null;
  updated: Timestamp | null;
  flow_run_id: string;
  key: string;
  value: string;
  sender: string | null;
}
export const FlowRunInput = model<FlowRunInput>("FlowRunInput", {
  ...identity,
  flow_run_id: uuid(),
  key: string(),
  value: string(),
  sender: optional(string()),
});
