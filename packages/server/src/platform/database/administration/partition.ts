import type { ConnectionString } from "@praetor/secrets";
import { type Client, DatabaseError } from "pg";
import { withClient } from "../connections/client.ts";

export interface PartitionOptions {
  /** A superuser's connection to the events database: making and dropping tables is not for the services. */
  readonly connection: ConnectionString;
  /** How many days from today have their partitions beforehand. */
  readonly daysAhead: number;
  /** Partitions whose rows are all older are dropped. */
  readonly retentionSeconds: number;
}

/** What became of the partitions of one table. */
export interface PartitionReport {
  readonly table: string;
  readonly made: number;
  readonly dropped: number;
  /** How many there are now. */
  readonly partitions: number;
  /** The first row's time is at or after this; undefined while there is no partition. */
  readonly from: string | undefined;
  readonly until: string | undefined;
}

/** The tables that grow with time, and the stem of the functions that their migrations define. */
const tables = ["event", "log"] as const;

/**
 * Makes the partitions of the coming days and drops those past retention. Needs no extension; run at any time, it does
 * what is missing. A partition that statements hold is tried again.
 *
 * @throws DatabaseUnavailable, and the server's error where the schema is older than the partitions
 */
export async function maintainPartitions(options: PartitionOptions): Promise<PartitionReport[]> {
  const { connection } = options;
  return withClient({ connection, applicationName: "praetor database partition" }, async (client) => {
    // Whoever waits for a partitioned table to be free holds up everybody who writes to it.
    await client.query(`set lock_timeout = '${lockSeconds}s'`);
    const reports: PartitionReport[] = [];
    for (const table of tables) reports.push(await maintain(client, table, options));
    return reports;
  });
}

const lockSeconds = 2;
const attempts = 5;

async function maintain(
  client: Client,
  table: string,
  { daysAhead, retentionSeconds }: PartitionOptions,
): Promise<PartitionReport> {
  const made = await insist(() =>
    count(client, `events.create_${table}_partitions(current_date - 1, current_date + $1::integer)`, daysAhead),
  );
  const dropped = await insist(() =>
    count(client, `events.drop_${table}_partitions(now() - make_interval(secs => $1::float))`, retentionSeconds),
  );
  const { rows } = await client.query<Extent>(extent, [`events.${table}`]);
  const { partitions = 0, from, until } = rows[0] ?? {};
  return { table: `events.${table}`, made, dropped, partitions, from: from ?? undefined, until: until ?? undefined };
}

async function count(client: Client, call: string, parameter: number): Promise<number> {
  const { rows } = await client.query<{ count: number }>(`select ${call} as count`, [parameter]);
  return rows[0]?.count ?? 0;
}

const lockNotAvailable = "55P03";

async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const held = error instanceof DatabaseError && error.code === lockNotAvailable;
      if (!held || attempt === attempts) throw error;
    }
  }
}

interface Extent {
  readonly partitions: number;
  readonly from: string | null;
  readonly until: string | null;
}

/** The bounds as PostgreSQL writes them: `FOR VALUES FROM ('2026-11-23 00:00:00+00') TO (...)`. */
const extent = `
  select count(*)::integer as partitions, min(substring(bound from $$FROM \\('([^']+)'\\)$$)) as from,
    max(substring(bound from $$TO \\('([^']+)'\\)$$)) as until
  from pg_inherits join pg_class as child on child.oid = inhrelid, pg_get_expr(relpartbound, child.oid) as bound
  where inhparent = $1::regclass and bound <> 'DEFAULT'`;
