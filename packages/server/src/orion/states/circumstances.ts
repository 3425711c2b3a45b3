import type { Timestamp } from "@praetor/wire";
import type { Ids } from "../../platform/identity.ts";
import type { Random } from "../../platform/random.ts";

/** Settings that the rules consult. Durations are seconds. */
export interface OrchestrationSettings {
  /** `server.concurrency.initial_deployment_lease_duration`. */
  readonly deployment_lease_duration: number;
  /** `server.deployments.concurrency_slot_wait_seconds`. */
  readonly deployment_slot_wait: number;
  /** `server.tasks.tag_concurrency_slot_wait_seconds`. */
  readonly tag_slot_wait: number;
  /** `server.tasks.max_cache_key_length`. */
  readonly max_cache_key_length: number;
}

export const DEFAULT_SETTINGS: OrchestrationSettings = {
  deployment_lease_duration: 300,
  deployment_slot_wait: 30,
  tag_slot_wait: 10,
  max_cache_key_length: 2000,
};

/** Who proposes. Either is null when the proposer does not say; a missing API version counts as the newest. */
export interface Proposer {
  /** `X-PREFECT-API-VERSION`. */
  readonly api_version: string | null;
  /** From `User-Agent: prefect/x.y.z (API ...)`. */
  readonly client_version: string | null;
}

/** The server itself, as proposer. */
export const SERVER: Proposer = { api_version: null, client_version: null };

/** All that a judgement depends on besides the facts and the proposal. */
export interface Circumstances {
  readonly now: Timestamp;
  readonly ids: Ids;
  readonly random: Random;
  readonly settings: OrchestrationSettings;
  readonly proposer: Proposer;
}
