import { optional } from "./filters.ts";
import { boolean, json, jsonObject, JsonText, list, literal, model, nullable, string, uuid } from "./kit/index.ts";
import { type Labels, labels } from "./labels.ts";
import { runName } from "./run-name.ts";
import { FlowRunPolicy, noFlowRunPolicy } from "./run-policies.ts";
import { StateCreate } from "./states.ts";

const emptyObject = () => new JsonText("{}");

export interface DeploymentFlowRunCreate {
  state: StateCreate | null;
  name: string | null;
  parameters: JsonText;
  enforce_parameter_schema: boolean | null;
  context: JsonText;
  infrastructure_document_id: string | null;
  empirical_policy: FlowRunPolicy;
  tags: string[];
  idempotency_key: string | null;
  labels: Labels | null;
  parent_task_run_id: string | null;
  work_queue_name: string | null;
  job_variables: JsonText | null;
}
export const DeploymentFlowRunCreate = model<DeploymentFlowRunCreate>(
  "DeploymentFlowRunCreate",
  {
    state: optional(StateCreate),
    name: runName(),
    parameters: jsonObject().default(emptyObject),
    enforce_parameter_schema: optional(boolean()),
    context: jsonObject().default(emptyObject),
    infrastructure_document_id: optional(uuid()),
    empirical_policy: FlowRunPolicy.default(noFlowRunPolicy),
    tags: list(string()).default(() => []),
    idempotency_key: optional(string()),
    labels: optional(labels()),
    parent_task_run_id: optional(uuid()),
    work_queue_name: optional(string()),
    job_variables: nullable(jsonObject())
      .default(emptyObject)
      .with({ extra: { additionalProperties: true } }),
  },
  { extra: "forbid" },
);

export interface FlowRunCreateResult {
  flow_run_id: string | null;
  status: "CREATED" | "FAILED";
  error: string | null;
}
export const FlowRunCreateResult = model<FlowRunCreateResult>("FlowRunCreateResult", {
  flow_run_id: optional(uuid()),
  status: literal("CREATED", "FAILED"),
  error: optional(string()),
});
export const FlowRunBulkCreateResponse = model<{ results: FlowRunCreateResult[] }>("FlowRunBulkCreateResponse", {
  results: list(FlowRunCreateResult).default(() => []),
});
/** What is wrong with values by their schema: texts, and below properties and positions more of them. */
export const SchemaValuesValidationResponse = model<{ errors: JsonText; valid: boolean }>("SchemaValuesValidationResponse", {
  errors: json(),
  valid: boolean(),
});
