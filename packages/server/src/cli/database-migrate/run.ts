import { loadMigrations, migrate, migrationStatus } from "../../platform/database/migrations/index.ts";
import { type Connections, domainsOf, withDatabases } from "../databases.ts";
import type { Given, Run } from "../definition.ts";
import type { Outcome } from "../exit.ts";
import { explainFailure } from "../failures.ts";
import { settingsFor } from "../settings.ts";
import type { Terminal } from "../terminal.ts";

/** `praetor database migrate` */
export const run: Run = async (terminal, given) => {
  const { settings } = settingsFor(terminal, given);
  const work = given.flags.has("--plan") ? showPlan : applyMissing;
  try {
    const purposes = ["migrationUrl", "connectionUrl"] as const;
    return await withDatabases(settings, domainsOf(given), purposes, (connections) => work(terminal, given, connections));
  } catch (error) {
    throw explainFailure(error);
  }
};

async function showPlan(terminal: Terminal, _given: Given, connections: Connections): Promise<Outcome> {
  const missing = (await migrationStatus(connections)).filter(({ applied }) => applied === undefined);
  for (const { migration } of missing) terminal.out(`-- ${migration.domain}/${migration.name}\n${migration.sql.trim()}\n`);
  if (missing.length === 0) terminal.out("-- Up to date.");
  return "success";
}

async function applyMissing(terminal: Terminal, given: Given, connections: Connections): Promise<Outcome> {
  let applied = 0;
  await migrate(connections, {
    onProgress: (progress) => {
      if (progress.kind === "waiting") terminal.error("Another process migrates; waiting for it.");
      if (progress.kind !== "applying") return;
      applied += 1;
      const { migration, position, total } = progress;
      terminal.out(`${migration.domain}/${migration.name} (${position} of ${total})`);
    },
  });
  const names = domainsOf(given);
  const total = loadMigrations().filter(({ domain }) => names.includes(domain)).length;
  terminal.out(applied === 0 ? `Up to date, ${total} migrations.` : `Applied ${applied} of ${total} migrations.`);
  return "success";
}
