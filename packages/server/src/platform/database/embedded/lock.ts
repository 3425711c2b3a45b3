import { Client, escapeIdentifier } from "pg";
import type { Postmaster } from "./postmaster.ts";

/** A key of our own among the advisory locks of the database `postgres`, where nothing else of ours runs. */
const lockKey = 4_200_001;

/** Held for as long as this process runs the cluster; the server drops it when the process ends, however it ends. */
export interface Lock {
  readonly postmaster: Postmaster;
  /** Fires once, when the connection that holds the lock is gone. */
  onLost(listener: () => void): void;
  /** Makes the database if the cluster does not have it yet. */
  ensureDatabase(name: string): Promise<void>;
  release(): Promise<void>;
}

export type LockAttempt =
  | { readonly lock: Lock }
  /** Another process runs this cluster. */
  | { readonly holder: number }
  /** The server does not answer (yet). */
  | { readonly refusal: unknown };

const application = "praetor launcher";

/** Tries to become the one process that runs the cluster. */
export async function tryLock(postmaster: Postmaster): Promise<LockAttempt> {
  const client = new Client({
    host: postmaster.socketFolder,
    port: 5432,
    user: "praetor",
    database: "postgres",
    application_name: `${application} ${process.pid}`,
    ssl: false,
    connectionTimeoutMillis: 5000,
  });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ locked: boolean; holder: string | null }>(lockText, [lockKey, application]);
    if (rows[0]?.locked) return { lock: held(client, postmaster) };
    await client.end();
    return { holder: Number(rows[0]?.holder ?? 0) };
  } catch (refusal) {
    void client.end();
    return { refusal };
  }
}

const lockText = `
  select pg_try_advisory_lock($1) as locked, (
    select replace(activity.application_name, $2, '')
    from pg_locks as held join pg_stat_activity as activity using (pid)
    where held.locktype = 'advisory' and held.granted and held.objid = $1 and activity.pid <> pg_backend_pid()
    limit 1
  ) as holder`;

function held(client: Client, postmaster: Postmaster): Lock {
  return {
    postmaster,
    onLost: (listener) => void client.once("end", listener),
    ensureDatabase: async (name) => {
      const { rowCount } = await client.query("select from pg_database where datname = $1", [name]);
      if (rowCount === 0) await client.query(`create database ${escapeIdentifier(name)}`);
    },
    release: () => client.end(),
  };
}
