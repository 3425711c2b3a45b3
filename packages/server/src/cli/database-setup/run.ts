import type { Settings } from "../../platform/config/index.ts";
import { type SetupOptions, type SetupStep, setUpDatabase } from "../../platform/database/administration/index.ts";
import type { Domain } from "../../platform/database/migrations/index.ts";
import { domainsOf, variableOf } from "../databases.ts";
import type { Given, Run } from "../definition.ts";
import { CommandError } from "../exit.ts";
import { explainFailure } from "../failures.ts";
import { settingsFor } from "../settings.ts";
import { table } from "../table.ts";
import type { Terminal } from "../terminal.ts";

/** `praetor database setup` */
export const run: Run = async (terminal, given) => {
  const { settings } = settingsFor(terminal, given);
  // All that is missing is said before anything is made.
  const all = domainsOf(given).map((domain) => optionsFor(terminal, settings, given, domain));
  try {
    const steps: (SetupStep & { readonly domain: Domain })[] = [];
    for (const options of all) {
      const { domain } = options;
      steps.push(...(await setUpDatabase(options)).map((step) => ({ domain, ...step })));
    }
    terminal.out(given.flags.has("--json") ? JSON.stringify(steps, undefined, 2) : asText(steps));
    return steps.some(({ action }) => action === "refused") ? "failure" : "success";
  } catch (error) {
    throw explainFailure(error);
  }
};

function optionsFor(terminal: Terminal, settings: Settings, given: Given, domain: Domain): SetupOptions {
  const { setupUrl, connectionUrl, migrationUrl, servicePassword } = settings.database[domain];
  const password = servicePassword ?? connectionUrl?.password;
  if (setupUrl === null || password === undefined) {
    const missing = variableOf(domain, setupUrl === null ? "setupUrl" : "servicePassword");
    throw new CommandError(`Set-up of ${domain} needs ${missing}.`, `Or ${missing}_FILE, which names a file with it.`, "usage");
  }
  return {
    maintenance: { ...setupUrl, database: setupUrl.database ?? "postgres" },
    domain,
    database: connectionUrl?.database ?? migrationUrl?.database ?? domain,
    service: { user: connectionUrl?.user ?? settings.database.serviceUser, password },
    setPassword: given.flags.has("--set-password"),
    onWait: () => terminal.error("Another set-up works on this server; waiting for it."),
  };
}

function asText(steps: readonly (SetupStep & { readonly domain: Domain })[]): string {
  const changes = steps.filter(({ action }) => action !== "kept");
  if (changes.length === 0) return `Nothing to do, ${steps.length} things are as they should be.`;
  const lines = changes.map(({ domain, subject, action, reason, remedy }) => [
    domain,
    action,
    [subject, reason, remedy && `(${remedy})`].filter(Boolean).join(" "),
  ]);
  return table(["DATABASE", "ACTION", "WHAT"], lines);
}
