import { identity } from "./identity.ts";
import { model, string, type Timestamp, timestamp, uuid } from "./kit/index.ts";
import { optional } from "./filters.ts";

/** The block document that keeps results of runs which name no storage of their own. */
export interface ServerDefaultResultStorage {
  default_result_storage_block_id: string | null;
}
export const ServerDefaultResultStorage = model<ServerDefaultResultStorage>("ServerDefaultResultStorage", {
  default_result_storage_block_id: optional(uuid()),
});

export interface ServerDefaultResultStorageUpdate {
  default_result_storage_block_id: string;
}
export const ServerDefaultResultStorageUpdate = model<ServerDefaultResultStorageUpdate>("ServerDefaultResultStorageUpdate", {
  default_result_storage_block_id: uuid(),
});

/** Proof that a client asked this server itself; it accompanies each of the client's mutations. */
export interface CsrfToken {
  id: string;
  created: Timestamp | null;
  updated: Timestamp | null;
  /** 64 hexadecimal digits. */
  token: string;
  client: string;
  expiration: Timestamp;
}
export const CsrfToken = model<CsrfToken>("CsrfToken", {
  ...identity,
  token: string(),
  client: string(),
  expiration: timestamp(),
});
