export { type Domain, domains, loadMigrations, type Migration, readMigrationTexts } from "./files.ts";
export {
  migrate,
  type MigrateOptions,
  type MigrationProgress,
  migrationStatus,
  type MigrationStatus,
  type MigrationTargets,
  requireCurrentSchema,
} from "./migrate.ts";
export { MigrationError, type MigrationProblem } from "./migration-error.ts";
