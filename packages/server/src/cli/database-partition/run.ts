import { maintainPartitions, type PartitionReport } from "../../platform/database/administration/index.ts";
import { withDatabases } from "../databases.ts";
import type { Run } from "../definition.ts";
import { explainFailure } from "../failures.ts";
import { settingsFor } from "../settings.ts";
import { table } from "../table.ts";

/** A job that runs daily may fail for most of a week before rows have no partition of their own. */
const daysAhead = 7;

/** `praetor database partition` */
export const run: Run = async (terminal, given) => {
  const { settings } = settingsFor(terminal, given);
  try {
    const purposes = ["partitionUrl", "migrationUrl", "connectionUrl"] as const;
    const retentionSeconds = settings.events.retentionPeriod;
    const reports = await withDatabases(settings, ["events"], purposes, async ({ events }) =>
      events === undefined ? [] : maintainPartitions({ connection: events, daysAhead, retentionSeconds }),
    );
    terminal.out(given.flags.has("--json") ? JSON.stringify(reports, undefined, 2) : asTable(reports));
    return "success";
  } catch (error) {
    throw explainFailure(error);
  }
};

function asTable(reports: readonly PartitionReport[]): string {
  const lines = reports.map(({ table: name, made, dropped, partitions, from, until }) =>
    [name, String(made), String(dropped), String(partitions), from ?? "-", until ?? "-"].map(String),
  );
  return table(["TABLE", "MADE", "DROPPED", "PARTITIONS", "FROM", "UNTIL"], lines);
}
