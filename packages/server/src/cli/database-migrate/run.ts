import { loadMigrations, migrate } from "../../platform/database/migrations/index.ts";
import { openServer } from "../../services/data.ts";
import type { Run } from "../definition.ts";
import { explainFailure } from "../failures.ts";
import { settingsFor } from "../settings.ts";

/** `praetor database migrate` */
export const run: Run = async (terminal, given) => {
  const { settings } = settingsFor(terminal, given);
  try {
    const server = await openServer(settings, () => {});
    try {
      let applied = 0;
      await migrate(server.connection, {
        onProgress: (progress) => {
          if (progress.kind === "waiting") terminal.error("Another process migrates; waiting for it.");
          if (progress.kind !== "applying") return;
          applied += 1;
          terminal.out(`${progress.migration.domain}/${progress.migration.name}`);
        },
      });
      const total = loadMigrations().length;
      terminal.out(applied === 0 ? `Up to date, ${total} migrations.` : `Applied ${applied} of ${total} migrations.`);
      return "success";
    } finally {
      await server.close();
    }
  } catch (error) {
    throw explainFailure(error);
  }
};
