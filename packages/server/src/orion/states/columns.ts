import { emptyStateDetails, type JsonText, type StateDetails, type StateType, type Timestamp } from "@praetor/wire";
import { type State, titleOf } from "./state.ts";

/** A run's current state as its columns and those of its history's row hold it. */
export interface StateColumns {
  readonly state_id: string | null;
  readonly state_type: StateType | null;
  readonly state_name: string | null;
  readonly state_timestamp: Timestamp | null;
  readonly message: string | null;
  readonly data: JsonText | null;
  readonly state_details: KeptDetails | null;
}

/** A row of a history, as the columns that `stateOf` reads. */
export const HISTORY_COLUMNS =
  "id as state_id, type as state_type, name as state_name, timestamp as state_timestamp, message, data, state_details";

/** State details as they are kept: what says nothing is left out, which is nearly everything of nearly every state. */
export type KeptDetails = Partial<StateDetails>;

const NOTHING = emptyStateDetails();

export function detailsToKeep(details: StateDetails): KeptDetails {
  return Object.fromEntries(Object.entries(details).filter(([key, value]) => value !== Reflect.get(NOTHING, key)));
}

export function keptDetails(kept: KeptDetails): StateDetails {
  return { ...NOTHING, ...kept };
}

/** The state; null for a run that has none. */
export function stateOf(columns: StateColumns): State | null {
  const { state_id: id, state_type: type, state_timestamp: timestamp, state_name, message, data } = columns;
  if (id === null || type === null || timestamp === null) return null;
  const state_details = keptDetails(columns.state_details ?? {});
  return { id, type, name: state_name ?? titleOf(type), timestamp, message, data, state_details };
}
