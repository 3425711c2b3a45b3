import { detailsToKeep, type RunColumns, type RunWrites, type State } from "../states/index.ts";

/** The state of a row, flat, as `json_to_recordset` reads it. */
export const STATE_ROWS = `
  state_id uuid, state_type orion.state_type, state_name text, state_timestamp timestamptz, message text,
  state_details jsonb, data text, artifact_id uuid, artifact_key text, artifact_type text, artifact_description text`;

/** The columns that every state sets, of flow runs and task runs alike. */
export const RUN_ROWS = `
  run_id uuid, replaces uuid, run_count integer, expected_start_time timestamptz, next_scheduled_start_time timestamptz,
  start_time timestamptz, end_time timestamptz, total_run_time double precision, released uuid[]`;

/** The rows as JSON, in the order in which their runs are locked: by id, in every batch of every process. */
export function inOrder(rows: readonly { readonly run_id: string }[]): string {
  return JSON.stringify(rows.toSorted((one, other) => (one.run_id < other.run_id ? -1 : 1)));
}

/**
 * Gives back the slots of the rows of some CTEs, in one call when all of them are written: called row by row it would lock
 * limits between two runs, and two batches that share a run and a limit would wait for each other.
 */
export function releasedOf(...written: readonly string[]): string {
  const ended = written.map((rows) => `select released from ${rows}`).join(" union all ");
  return `(
    select orion.release_slots($1, given_back.leases) from (
      select array_agg(lease) as leases from (${ended}) as ended cross join lateral unnest(ended.released) as lease
    ) as given_back where given_back.leases is not null
  )`;
}

/** Makes the artifacts that the rows of a CTE carry the latest of their keys; in the order of the keys, as everybody locks them. */
export function collected(written: string): string {
  return `
    insert into orion.artifact_collection as collection (workspace_id, id, created, updated, key, latest_id)
    select distinct on (artifact_key) $1, gen_random_uuid(), $4, $4, artifact_key, artifact_id from ${written}
    where artifact_key is not null order by artifact_key
    on conflict (workspace_id, key) do update set latest_id = excluded.latest_id, updated = excluded.updated
  `;
}

/** What is common to the writes of flow runs and task runs, flat. `artifactId` is for the result that the state may carry. */
export function runRow(writes: RunWrites<RunColumns>, artifactId: () => string) {
  const { run, result } = writes;
  return {
    run_id: writes.run_id,
    replaces: writes.replaces,
    run_count: run.run_count,
    expected_start_time: run.expected_start_time,
    next_scheduled_start_time: run.next_scheduled_start_time,
    start_time: run.start_time,
    end_time: run.end_time,
    total_run_time: run.total_run_time,
    released: writes.leases.released,
    ...stateRow(writes.state),
    data: result?.data.text ?? null,
    artifact_id: result === null ? null : artifactId(),
    artifact_key: result?.key ?? null,
    artifact_type: result?.type ?? null,
    artifact_description: result?.description ?? null,
  };
}

function stateRow(state: State | null) {
  return {
    state_id: state?.id ?? null,
    state_type: state?.type ?? null,
    state_name: state?.name ?? null,
    state_timestamp: state?.timestamp ?? null,
    message: state?.message ?? null,
    state_details: state === null ? null : detailsToKeep(state.state_details),
  };
}
