import type { Client } from "pg";
import { databaseFlags, vacuumScaleFactor } from "../database/administration/index.ts";

/** What a database and its server say about themselves to one session. */
export interface ServerFacts {
  /** 170002 is 17.2. */
  readonly version: number;
  /** The same for a primary and all its replicas; made when the cluster was. */
  readonly system: string;
  readonly standby: boolean;
  /** Bytes of the log: written by a primary, replayed by a standby. */
  readonly position: number;
  /** How old the last transaction is that a standby has replayed; undefined for a primary, or if there was none. */
  readonly replayedSecondsAgo: number | undefined;
  /** Whether a standby has more of the log than it has replayed. */
  readonly replaying: boolean;
  /** Connections that others than superusers may open. */
  readonly connections: number;
  /** How far its clock is ahead of ours, in seconds, and how wrong that may be. */
  readonly clockAhead: number;
  readonly clockError: number;
  /** The flags of every database that are not as they should be: name and value, null if unset. */
  readonly flags: readonly (readonly [name: string, value: string | null, wanted: string])[];
}

interface Row {
  readonly version: number;
  readonly system: string;
  readonly standby: boolean;
  readonly position: number;
  readonly replayed_seconds_ago: number | null;
  readonly replaying: boolean;
  readonly connections: number;
  readonly now: number;
  readonly flags: Readonly<Record<string, string | null>>;
}

const text = `
  select current_setting('server_version_num')::integer as version,
    (select system_identifier::text from pg_control_system()) as system,
    pg_is_in_recovery() as standby,
    pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, '0/0')::float as position,
    extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float as replayed_seconds_ago,
    coalesce(pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn(), false) as replaying,
    current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
      - coalesce(current_setting('reserved_connections', true)::integer, 0) as connections,
    extract(epoch from clock_timestamp())::float as now,
    (select jsonb_object_agg(name, current_setting(name, true)) from unnest($1::text[]) as name) as flags`;

/** Reads them, in one question. */
export async function readFacts(client: Client): Promise<ServerFacts | undefined> {
  const wanted = { ...databaseFlags, [vacuumScaleFactor.name]: vacuumScaleFactor.value };
  const asked = Date.now();
  const { rows } = await client.query<Row>(text, [Object.keys(wanted)]);
  const answered = Date.now();
  const [row] = rows;
  if (row === undefined) return undefined;
  const { version, system, standby, position, replaying, connections, flags, now, replayed_seconds_ago } = row;
  const differing = Object.entries(wanted)
    // A standby does not vacuum, and what is set for a whole server does not reach it.
    .filter(([name]) => !standby || name !== vacuumScaleFactor.name)
    .map(([name, value]) => [name, flags[name] ?? null, value] as const)
    .filter(([, value, want]) => !isFlag(value, want));
  return {
    version,
    system,
    standby,
    position,
    replayedSecondsAgo: replayed_seconds_ago ?? undefined,
    replaying,
    connections,
    clockAhead: now - (asked + answered) / 2000,
    clockError: (answered - asked) / 2000,
    flags: differing,
  };
}

/** The server writes 1000 ms as `1s`. */
const isFlag = (value: string | null, wanted: string): boolean => value === wanted || (wanted === "1000" && value === "1s");
