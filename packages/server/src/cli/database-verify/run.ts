import { verifyServiceRole } from "../../platform/database/administration/index.ts";
import type { Finding } from "../../platform/finding.ts";
import { type Connections, domainsOf, withDatabases } from "../databases.ts";
import type { Run } from "../definition.ts";
import { explainFailure } from "../failures.ts";
import { settingsFor } from "../settings.ts";
import { table } from "../table.ts";

/** `praetor database verify` */
export const run: Run = async (terminal, given) => {
  const { settings } = settingsFor(terminal, given);
  const names = domainsOf(given);
  const verify = (connections: Connections) => {
    const known = names.flatMap((name) => (connections[name] === undefined ? [] : [{ name, connection: connections[name] }]));
    return Promise.all(known.map(({ name, connection }) => verifyServiceRole(connection, name)));
  };
  try {
    const findings = (await withDatabases(settings, names, ["connectionUrl"], verify)).flat();
    terminal.out(given.flags.has("--json") ? JSON.stringify({ findings }, undefined, 2) : asText(findings, names));
    return findings.length === 0 ? "success" : "failure";
  } catch (error) {
    throw explainFailure(error);
  }
};

function asText(findings: readonly Finding[], names: readonly string[]): string {
  if (findings.length === 0) return `The service role reads and writes ${names.join(", ")}, and can make or drop nothing there.`;
  const lines = findings.map(({ object, key, message, remedy }) => [object, key ?? "", message, remedy]);
  return table(["WHERE", "WHAT", "WHY", "REMEDY"], lines);
}
