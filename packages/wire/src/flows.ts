import { identity } from "./identity.ts";
import { list, model, name, nullable, patch, string, type Timestamp } from "./kit/index.ts";
import { type Labels, labels, noLabels } from "./labels.ts";

export interface Flow {
  id: string;
  created: Timestamp | null;
  updated: Timestamp | null;
  name: string;
  tags: string[];
  labels: Labels | null;
}
export const Flow = model<Flow>("Flow", {
  ...identity,
  name: name(),
  tags: list(string()).default(() => []),
  labels: nullable(labels()).default(noLabels),
});

export interface FlowCreate {
  name: string;
  tags: string[];
  labels: Labels | null;
}
export const FlowCreate = model<FlowCreate>(
  "FlowCreate",
  {
    name: name(),
    tags: list(string()).default(() => []),
    labels: nullable(labels()).default(noLabels),
  },
  { extra: "forbid" },
);

export interface FlowUpdate {
  tags: string[];
}
export const FlowUpdate = patch<FlowUpdate>("FlowUpdate", { tags: list(string()).default(() => []) });
