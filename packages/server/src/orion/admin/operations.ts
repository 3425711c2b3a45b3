import type { ServerDefaultResultStorage } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import { apiError } from "../../platform/errors.ts";
import { clearResultStorage, readResultStorage, setResultStorage } from "./queries.ts";

const KEY = "DEFAULT_RESULT_STORAGE";

export async function readStorage(database: WorkspaceDatabase): Promise<ServerDefaultResultStorage> {
  const document = await database.first(readResultStorage, KEY);
  return { default_result_storage_block_id: document?.id ?? null };
}

/** @throws ApiError `result_storage_not_found`, `result_storage_unsuitable` */
export async function setStorage(database: WorkspaceDatabase, blockDocumentId: string): Promise<ServerDefaultResultStorage> {
  const document = await database.first(setResultStorage, KEY, blockDocumentId);
  if (document === undefined) throw apiError("result_storage_not_found", `Block document ${blockDocumentId} not found.`);
  if (!document.suitable) {
    throw apiError("result_storage_unsuitable", `Block document ${blockDocumentId} cannot be used for result storage.`);
  }
  return { default_result_storage_block_id: blockDocumentId };
}

export async function clearStorage(database: WorkspaceDatabase): Promise<void> {
  await database.first(clearResultStorage, KEY);
}
