import { type MigrationStatus, migrationStatus } from "../../platform/database/migrations/index.ts";
import { domainsOf, withDatabases } from "../databases.ts";
import type { Run } from "../definition.ts";
import { explainFailure } from "../failures.ts";
import { settingsFor } from "../settings.ts";
import { table } from "../table.ts";

/** `praetor database status` */
export const run: Run = async (terminal, given) => {
  const { settings } = settingsFor(terminal, given);
  try {
    const purposes = ["connectionUrl", "migrationUrl"] as const;
    const status = await withDatabases(settings, domainsOf(given), purposes, (connections) => migrationStatus(connections));
    terminal.out(given.flags.has("--json") ? asJson(status) : asTable(status));
    return status.every(({ applied }) => applied !== undefined) ? "success" : "failure";
  } catch (error) {
    throw explainFailure(error);
  }
};

function asTable(status: readonly MigrationStatus[]): string {
  const lines = status.map(({ migration, applied }) => [migration.domain, migration.name, applied ?? "not applied"]);
  return table(["SCHEMA", "MIGRATION", "APPLIED"], lines);
}

function asJson(status: readonly MigrationStatus[]): string {
  const rows = status.map(({ migration: { domain, name }, applied }) => ({ schema: domain, name, applied: applied ?? null }));
  return JSON.stringify(rows, undefined, 2);
}
