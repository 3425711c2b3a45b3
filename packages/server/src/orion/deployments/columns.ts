import { type DeploymentUpdate, JsonText } from "@praetor/wire";
import type { DeploymentColumns } from "./queries.ts";

/** The columns that a request names, but for its parameters, labels and place. */
export function columnsOf(sent: Partial<DeploymentUpdate>): DeploymentColumns {
  const { pull_steps, job_variables, global_concurrency_limit_id, ...rest } = sent;
  return {
    ...pick(rest, ["version", "description", "tags", "paused", "path", "entrypoint", "work_queue_name", "concurrency_options"]),
    ...pick(rest, ["parameter_openapi_schema", "enforce_parameter_schema", "storage_document_id", "infrastructure_document_id"]),
    // No job variables are none to set: they cannot be taken away.
    ...(job_variables && !isEmpty(job_variables) && { job_variables }),
    ...(pull_steps !== undefined && { pull_steps: pull_steps === null ? null : JsonText.of(pull_steps) }),
    ...(global_concurrency_limit_id !== undefined && { concurrency_limit_id: global_concurrency_limit_id }),
  };
}

const isEmpty = ({ text }: JsonText) => text === "{}";

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): { [P in K]?: Exclude<T[P], undefined> } {
  const found: { [P in K]?: Exclude<T[P], undefined> } = {};
  for (const key of keys) {
    const value = from[key];
    if (value !== undefined) found[key] = value as Exclude<T[K], undefined>;
  }
  return found;
}
