import type { Domain, Migration } from "./files.ts";
import { MigrationError } from "./migration-error.ts";

/** A row of the table of applied migrations. */
export interface Applied {
  readonly domain: Domain;
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
  readonly applied: string;
}

/**
 * The migrations that are still to be applied, in order.
 *
 * @throws MigrationError schema_newer, migration_changed
 */
export function pendingMigrations(known: readonly Migration[], applied: readonly Applied[]): readonly Migration[] {
  for (const row of applied) requireSame(row, find(known, row));
  return known.filter((migration) => find(applied, migration) === undefined);
}

function find<T extends Place>(list: readonly T[], { domain, number }: Place): T | undefined {
  return list.find((each) => each.domain === domain && each.number === number);
}

type Place = Pick<Migration, "domain" | "number">;

function requireSame(row: Applied, migration: Migration | undefined): void {
  const name = `${row.domain}/${row.name}`;
  if (migration === undefined) throw new MigrationError("schema_newer", "The database", ` (it has ${name})`);
  if (migration.checksum !== row.checksum) throw new MigrationError("migration_changed", `The migration ${name}`);
}
