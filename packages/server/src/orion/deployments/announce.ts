import { JsonText } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { lifecycleEvent, type OutboxRow } from "../outbox/index.ts";
import { type Changes, payloadOf, relatedPool } from "../work-pools/index.ts";
import type { DeploymentRow } from "./rows.ts";

type Deps = Pick<Dependencies, "clock" | "ids">;

/** `prefect.deployment.created` and its like. */
export function announceDeployment(
  deps: Deps,
  change: "created" | "updated" | "deleted",
  deployment: DeploymentRow,
  payload = "{}",
): OutboxRow {
  return lifecycleEvent(deps, {
    event: `prefect.deployment.${change}`,
    resourceId: `prefect.deployment.${deployment.id}`,
    name: deployment.name,
    related: relatedThings(deployment),
    payload,
  });
}

function relatedThings(row: DeploymentRow): Readonly<Record<string, string>>[] {
  const { work_pool_id: id, work_pool_name: name, work_pool_type: type } = row;
  return [
    related("flow", row.flow_id, "flow", row.flow_name),
    ...(row.work_queue_id === null ? [] : [related("work-queue", row.work_queue_id, "work-queue", row.work_queue_name ?? "")]),
    ...(id === null || name === null || type === null ? [] : [relatedPool({ id, name, type })]),
    ...(row.storage_document_id === null ? [] : [related("block-document", row.storage_document_id, "storage")]),
    ...(row.infrastructure_document_id === null
      ? []
      : [related("block-document", row.infrastructure_document_id, "infrastructure")]),
    ...(row.limit_id === null ? [] : [related("concurrency-limit", row.limit_id, "concurrency-limit")]),
  ];
}

function related(kind: string, id: string, role: string, name?: string): Readonly<Record<string, string>> {
  return {
    "prefect.resource.id": `prefect.${kind}.${id}`,
    "prefect.resource.role": role,
    ...(name !== undefined && { "prefect.resource.name": name }),
  };
}

/** What of a deployment events tell the changes of, under the names that they give it. */
const TOLD: Readonly<Record<string, (row: DeploymentRow) => unknown>> = {
  description: (row) => row.description,
  tags: (row) => row.tags,
  parameters: (row) => row.parameters,
  parameter_openapi_schema: (row) => row.parameter_openapi_schema,
  enforce_parameter_schema: (row) => row.enforce_parameter_schema,
  entrypoint: (row) => row.entrypoint,
  path: (row) => row.path,
  pull_steps: (row) => row.pull_steps,
  work_queue_id: (row) => row.work_queue_id,
  infra_overrides: (row) => row.job_variables,
  paused: (row) => row.paused,
  labels: (row) => row.labels,
  version: (row) => row.version,
  concurrency_limit_id: (row) => row.limit_id,
  concurrency_options: (row) => row.concurrency_options,
};

const textOf = (value: unknown): JsonText => (value instanceof JsonText ? value : JsonText.of(value));

/** The event of a change; none where nothing differs that it would tell. */
export function announceChange(deps: Deps, before: DeploymentRow, after: DeploymentRow): OutboxRow[] {
  const changes: Changes = Object.fromEntries(
    Object.entries(TOLD)
      .map(([field, read]) => [field, { from: textOf(read(before)), to: textOf(read(after)) }] as const)
      .filter(([, { from, to }]) => from.text !== to.text),
  );
  if (Object.keys(changes).length === 0) return [];
  return [announceDeployment(deps, "updated", after, payloadOf(changes))];
}
