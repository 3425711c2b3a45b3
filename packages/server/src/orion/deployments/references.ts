import type { JsonText } from "@praetor/wire";
import type { WorkspaceExecutor } from "../../platform/database/index.ts";
import { apiError } from "../../platform/errors.ts";
import { readReferences } from "./queries.ts";

interface SentReferences {
  readonly flow_id: string;
  readonly infrastructure_document_id?: string | null;
  readonly storage_document_id?: string | null;
  readonly global_concurrency_limit_id?: string | null;
}

const missingBlock = (kind: string, id: string) =>
  apiError(
    "deployment_block_missing",
    `Error creating deployment. Could not find ${kind} block with id: ${id}. This usually occurs when applying a deployment` +
      " specification that was built against a different Prefect database / workspace.",
  );

/**
 * Whether what a deployment names is there; answers the labels of its flow.
 * @throws ApiError `deployment_limit_not_found`, `deployment_block_missing`
 */
export async function checkReferences(database: WorkspaceExecutor, sent: SentReferences): Promise<JsonText | null> {
  const { flow_id, infrastructure_document_id: infrastructure, storage_document_id: storage } = sent;
  const limit = sent.global_concurrency_limit_id ?? null;
  const found = await database.first(readReferences, flow_id, infrastructure ?? null, storage ?? null, limit);
  if (limit !== null && !found?.has_limit) throw apiError("deployment_limit_not_found");
  if (infrastructure && !found?.has_infrastructure) throw missingBlock("infrastructure", infrastructure);
  if (storage && !found?.has_storage) throw missingBlock("storage", storage);
  return found?.flow_labels ?? null;
}
