import { criteria, ids, type Membership, membership, Operator, optional } from "./filters.ts";
import { identity } from "./identity.ts";
import {
  boolean,
  enumeration,
  type Infer,
  json,
  type JsonText,
  list,
  map,
  model,
  nullable,
  patch,
  string,
  type Timestamp,
  timestamp,
  uuid,
} from "./kit/index.ts";

/** What an artifact says. Data is any JSON, kept as it was sent. */
interface ArtifactContent {
  key: string | null;
  type: string | null;
  description: string | null;
  data: JsonText | null;
  metadata_: Record<string, string> | null;
  flow_run_id: string | null;
  task_run_id: string | null;
}
interface Times {
  created: Timestamp | null;
  updated: Timestamp | null;
}

const DATA_TYPES = [{ additionalProperties: true, type: "object" }, {}, { type: "null" }];
const data = () =>
  nullable(json())
    .with({ extra: { anyOf: DATA_TYPES } })
    .default(null);
const metadata = () => optional(map(string())).with({ title: "Metadata" });
/** The API's description calls even the id of an artifact optional; every answer has one. */
const NO_ID = "00000000-0000-0000-0000-000000000000";
const times = { created: optional(timestamp()), updated: optional(timestamp()) };

const content = {
  key: optional(string()),
  type: optional(string()),
  description: optional(string()),
  data: data(),
  metadata_: metadata(),
  flow_run_id: optional(uuid()),
  task_run_id: optional(uuid()),
};

export interface Artifact extends Times, ArtifactContent {
  id: string;
}
export const Artifact = model<Artifact>("Artifact", { id: uuid().default(() => NO_ID), ...times, ...content });

/** The artifacts of one key, shown as the newest of them. */
export interface ArtifactCollection extends Times, ArtifactContent {
  id: string;
  key: string;
  latest_id: string;
}
export const ArtifactCollection = model<ArtifactCollection>("ArtifactCollection", {
  ...identity,
  key: string(),
  latest_id: uuid(),
  type: content.type,
  description: content.description,
  data: content.data,
  metadata_: content.metadata_,
  flow_run_id: content.flow_run_id,
  task_run_id: content.task_run_id,
});

export type ArtifactCreate = ArtifactContent;
export const ArtifactCreate = model<ArtifactCreate>(
  "ArtifactCreate",
  {
    ...content,
    key: optional(
      string().check((key) =>
        /^[a-z0-9-]*$/.test(key) ? undefined : "Artifact key must only contain lowercase letters, numbers, and dashes.",
      ),
    ),
  },
  { extra: "forbid" },
);

export type ArtifactUpdate = Pick<ArtifactContent, "data" | "description" | "metadata_">;
export const ArtifactUpdate = patch<ArtifactUpdate>("ArtifactUpdate", {
  data: data(),
  description: optional(string()),
  metadata_: metadata(),
});

const SORTS = ["CREATED_DESC", "UPDATED_DESC", "ID_DESC", "KEY_DESC", "KEY_ASC"] as const;
export const ArtifactSort = enumeration("ArtifactSort", SORTS);
export type ArtifactSort = Infer<typeof ArtifactSort>;
export const ArtifactCollectionSort = enumeration("ArtifactCollectionSort", SORTS);

export interface ArtifactKeyFilter {
  any_: string[] | null;
  like_: string | null;
  exists_: boolean | null;
}
interface ContentFilter {
  operator: Operator;
  key: ArtifactKeyFilter | null;
  flow_run_id: { any_: string[] | null } | null;
  task_run_id: { any_: string[] | null } | null;
  type: Membership | null;
}
const keyFilter = (name: string) =>
  criteria<ArtifactKeyFilter>(name, {
    any_: optional(list(string())),
    like_: optional(string()),
    exists_: optional(boolean()),
  });

export interface ArtifactFilter extends ContentFilter {
  id: { any_: string[] | null } | null;
}
export const ArtifactFilter = criteria<ArtifactFilter>("ArtifactFilter", {
  operator: Operator.default("and_"),
  id: optional(ids("ArtifactFilterId")),
  key: optional(keyFilter("ArtifactFilterKey")),
  flow_run_id: optional(ids("ArtifactFilterFlowRunId")),
  task_run_id: optional(ids("ArtifactFilterTaskRunId")),
  type: optional(membership("ArtifactFilterType", string())),
});

export interface ArtifactCollectionFilter extends ContentFilter {
  latest_id: { any_: string[] | null } | null;
}
export const ArtifactCollectionFilter = criteria<ArtifactCollectionFilter>("ArtifactCollectionFilter", {
  operator: Operator.default("and_"),
  latest_id: optional(ids("ArtifactCollectionFilterLatestId")),
  key: optional(keyFilter("ArtifactCollectionFilterKey")),
  flow_run_id: optional(ids("ArtifactCollectionFilterFlowRunId")),
  task_run_id: optional(ids("ArtifactCollectionFilterTaskRunId")),
  type: optional(membership("ArtifactCollectionFilterType", string())),
});
