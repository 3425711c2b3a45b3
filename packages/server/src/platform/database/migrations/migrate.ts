import type { ConnectionString } from "@praetor/secrets";
import { type Client, DatabaseError, escapeLiteral } from "pg";
import { takeAdvisoryLock } from "../connections/advisory-lock.ts";
import { withClient } from "../connections/client.ts";
import { type Domain, domains, loadMigrations, type Migration } from "./files.ts";
import { MigrationError } from "./migration-error.ts";
import { type Applied, pendingMigrations } from "./plan.ts";

/** One database for all domains, or one for each that is named; two of them may be the same. */
export type MigrationTargets = ConnectionString | Readonly<Partial<Record<Domain, ConnectionString>>>;

export type MigrationProgress =
  /** Another process migrates; this one waits for it. */
  | { readonly kind: "waiting" }
  /** `position` counts from 1 within one database. */
  | { readonly kind: "applying"; readonly migration: Migration; readonly position: number; readonly total: number };

export interface MigrateOptions {
  readonly migrations?: readonly Migration[];
  readonly onProgress?: (progress: MigrationProgress) => void;
}

/** A migration and when it was applied here, if it was. */
export interface MigrationStatus {
  readonly migration: Migration;
  readonly applied: string | undefined;
}

/**
 * Applies what is missing, each file in one transaction together with its record. Of two that migrate at once one
 * works and the other waits, then finds nothing to do. A schema that is up to date costs one query.
 *
 * @throws MigrationError, DatabaseUnavailable
 */
export async function migrate(targets: MigrationTargets, options: MigrateOptions = {}): Promise<void> {
  const migrations = options.migrations ?? loadMigrations();
  for (const { connection, serves } of databasesOf(targets)) {
    const own = migrations.filter(({ domain }) => serves.includes(domain));
    const work = { migrations: own, serves, onProgress: options.onProgress ?? (() => {}) };
    await withSession(connection, (client) => migrateDatabase(client, work));
  }
}

/** What is applied and what is not. @throws MigrationError, DatabaseUnavailable */
export async function migrationStatus(targets: MigrationTargets, migrations = loadMigrations()): Promise<MigrationStatus[]> {
  const status: MigrationStatus[] = [];
  for (const { connection, serves } of databasesOf(targets)) {
    const own = migrations.filter(({ domain }) => serves.includes(domain));
    const applied = await withSession(connection, (client) => readApplied(client, serves));
    pendingMigrations(own, applied);
    const timeOf = ({ domain, number }: Migration) =>
      applied.find((row) => row.domain === domain && row.number === number)?.applied;
    status.push(...own.map((migration) => ({ migration, applied: timeOf(migration) })));
  }
  return status;
}

/** For a start that may not migrate. @throws MigrationError schema_older and all of `migrationStatus` */
export async function requireCurrentSchema(targets: MigrationTargets, migrations = loadMigrations()): Promise<void> {
  const missing = (await migrationStatus(targets, migrations)).find(({ applied }) => applied === undefined)?.migration;
  if (missing) throw new MigrationError("schema_older", "The database", ` (${missing.domain}/${missing.name} is the first)`);
}

interface Target {
  readonly connection: ConnectionString;
  readonly serves: readonly Domain[];
}

function databasesOf(targets: MigrationTargets): Target[] {
  if ("hosts" in targets) return [{ connection: targets, serves: domains }];
  return domains.flatMap((domain) => {
    const connection = targets[domain];
    return connection === undefined ? [] : [{ connection, serves: [domain] }];
  });
}

const withSession = <T>(connection: ConnectionString, work: (client: Client) => Promise<T>): Promise<T> =>
  withClient({ connection, applicationName: "praetor migrate" }, work);

interface Work {
  readonly migrations: readonly Migration[];
  readonly serves: readonly Domain[];
  readonly onProgress: (progress: MigrationProgress) => void;
}

async function migrateDatabase(client: Client, { migrations, serves, onProgress }: Work): Promise<void> {
  if (pendingMigrations(migrations, await readApplied(client, serves)).length === 0) return;
  await takeAdvisoryLock(client, lockKey, () => onProgress({ kind: "waiting" }));
  const pending = pendingMigrations(migrations, await readApplied(client, serves));
  if (pending.length > 0) await client.query(foundation(migrations));
  for (const [index, migration] of pending.entries()) {
    onProgress({ kind: "applying", migration, position: index + 1, total: pending.length });
    await apply(client, migration);
  }
}

const undefinedTable = "42P01";

/** Rows of another domain that shares the database are left out: they are held against that domain's files. */
async function readApplied(client: Client, serves: readonly Domain[]): Promise<Applied[]> {
  try {
    const { rows } = await client.query<Applied>(
      "select domain, number, name, checksum, applied::text from praetor.migration order by 1, 2",
    );
    return rows.filter(({ domain }) => serves.includes(domain) || !domains.includes(domain));
  } catch (error) {
    if (error instanceof DatabaseError && error.code === undefinedTable) return [];
    throw error;
  }
}

const lockKey = 4_200_002;

/** Several statements in one query are one round trip and one transaction. */
function foundation(migrations: readonly Migration[]): string {
  const schemas = [...new Set(migrations.map(({ domain }) => domain))].map((domain) => `create schema if not exists ${domain};`);
  return `
    create schema if not exists praetor;
    create table if not exists praetor.migration (
      domain text not null, number integer not null, name text not null, checksum text not null,
      applied timestamptz not null default now(), primary key (domain, number)
    );
    ${schemas.join("\n")}`;
}

async function apply(client: Client, migration: Migration): Promise<void> {
  const { domain, number, name, checksum } = migration;
  const values = [escapeLiteral(domain), number, escapeLiteral(name), escapeLiteral(checksum)].join(", ");
  const record = `insert into praetor.migration (domain, number, name, checksum) values (${values})`;
  try {
    if (migration.transactional) return void (await client.query(`${migration.sql}\n;${record}`));
    for (const statement of statementsOf(migration.sql)) await client.query(statement);
    await client.query(record);
  } catch (error) {
    throw failureOf(migration, error);
  }
}

/** Of a file without a transaction, where a statement ends with a semicolon at the end of a line. */
function statementsOf(sql: string): string[] {
  return sql.split(/;[ \t]*(?:\n|$)/).filter((statement) => statement.replace(/--.*$/gm, "").trim() !== "");
}

function failureOf({ domain, name, sql, transactional }: Migration, error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  const position = transactional && error.position !== undefined ? Number(error.position) : undefined;
  const line = position === undefined ? "" : ` at line ${sql.slice(0, position).split("\n").length}`;
  return new MigrationError("migration_failed", `The migration ${domain}/${name}`, `${line}: ${error.message}`, error);
}
