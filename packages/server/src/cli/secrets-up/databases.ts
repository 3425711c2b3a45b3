import { type ConnectionString, parseConnectionString } from "@praetor/secrets";
import { entryOf, type Facts, type Passwords, type SecretSet } from "@praetor/secrets/sets";
import { maintainPartitions, type SetupStep, setUpDatabase } from "../../platform/database/administration/index.ts";
import { DatabaseUnavailable } from "../../platform/database/index.ts";
import { type Domain, domains, loadMigrations, migrate } from "../../platform/database/migrations/index.ts";
import { CommandError } from "../exit.ts";
import { explainFailure } from "../failures.ts";
import type { Progress } from "./progress.ts";

export interface DatabaseWork {
  readonly set: SecretSet;
  readonly facts: Facts;
  readonly passwords: Passwords;
  /** Gives the service role its password even if it has another one. */
  readonly setPassword: boolean;
}

/** A job that runs daily may fail for most of a week before rows have no partition of their own. */
const daysAhead = 7;
const retentionSeconds = 30 * 24 * 60 * 60;

/** Does what the jobs of an installation do, each with the key that it would be given. */
export async function prepareDatabases(work: DatabaseWork, progress: Progress): Promise<void> {
  try {
    await progress.step("setup", () => setUpAll(work));
    await progress.step("migrate", () => migrateAll(work.set));
    await progress.step("partition", () => partition(work.set));
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw explainFailure(error);
    const cause = error.cause instanceof Error ? error.cause.message : error.reason;
    throw new CommandError(
      `PostgreSQL cannot be used: ${cause}.`,
      "Check host, port, and the superuser's password; `praetor secrets doctor` says more.",
    );
  }
}

function connectionOf(set: SecretSet, domain: Domain, key: string): ConnectionString {
  return parseConnectionString(entryOf(set, `${domain}-user-connection-strings`, key)?.value.reveal() ?? "");
}

async function setUpAll({ set, facts, passwords, setPassword }: DatabaseWork): Promise<string> {
  const service = { user: facts.users.service.name, password: passwords.users.service };
  const steps: SetupStep[] = [];
  for (const domain of domains) {
    const database = connectionOf(set, domain, "db-migration").database ?? domain;
    const maintenance = connectionOf(set, domain, "schema-setup");
    steps.push(...(await setUpDatabase({ maintenance, domain, database, service, setPassword })));
  }
  const refused = steps.find(({ action }) => action === "refused");
  if (refused !== undefined) {
    throw new CommandError(`${refused.subject} ${refused.reason ?? "is not as it should be"}.`, `Mend it: ${refused.remedy}.`);
  }
  const made = steps.filter(({ action }) => action !== "kept").length;
  return `${domains.join(", ")}: ${made} of ${steps.length} things made or mended`;
}

async function migrateAll(set: SecretSet): Promise<string> {
  let applied = 0;
  const connections = Object.fromEntries(domains.map((domain) => [domain, connectionOf(set, domain, "db-migration")]));
  await migrate(connections, { onProgress: ({ kind }) => void (applied += kind === "applying" ? 1 : 0) });
  const all = loadMigrations().length;
  return applied === 0 ? `all ${all} migrations were applied already` : `${applied} of ${all} migrations applied`;
}

async function partition(set: SecretSet): Promise<string> {
  const connection = connectionOf(set, "events", "partman");
  const reports = await maintainPartitions({ connection, daysAhead, retentionSeconds });
  return reports.map(({ table, made, partitions }) => `${table}: ${made} made, ${partitions} there`).join("; ");
}
