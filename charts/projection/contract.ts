/** What the chart is told of the topology: every Secret and key with its form and its readers, and the jobs. */
import { type ContractEntry, type JobName, jobs, redisUses, secretsContract } from "@praetor/topology";
import { defaultPasswords } from "@praetor/secrets/sets";
import { stringify } from "yaml";

const heading = `# Generated from packages/topology by charts/projection: \`npx vitest run charts/projection -u\` writes it anew.
# The templates make Secrets, Jobs and their environments from it; none of them names a key of its own.
`;

/** The commands that do the work of the jobs, in the order in which an installation runs them. */
const commands: Readonly<Record<JobName, readonly string[]>> = {
  "schema-setup": ["database", "setup"],
  "db-migration": ["database", "migrate"],
  partman: ["database", "partition"],
};

/** The setting of a database that a job's connection string becomes. */
const settings: Readonly<Record<JobName, string>> = {
  "schema-setup": "SETUP_URL",
  "db-migration": "MIGRATION_URL",
  partman: "PARTITION_URL",
};

const isJob = (name: string): name is JobName => jobs.some((job) => job.name === name);

/** The environment variable by which a reader is given the entry; undefined where the program has no setting for it yet. */
function variableOf(entry: ContractEntry): string | undefined {
  if (entry.kind === "password") return `PRAETOR_DATABASE_${entry.server.toUpperCase()}_SERVICE_PASSWORD`;
  if (entry.kind !== "connection") return undefined;
  const service = entry.instance === "replica" ? "REPLICA_URL" : "CONNECTION_URL";
  return `PRAETOR_DATABASE_${entry.server.toUpperCase()}_${isJob(entry.key) ? settings[entry.key] : service}`;
}

const camel = (text: string): string => text.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Where in the chart's values a secret stands that is no password of a database. */
export function valuePathOf(entry: ContractEntry): readonly string[] | undefined {
  switch (entry.kind) {
    case "redis":
      return ["redis", entry.role, "password"];
    case "keyring":
      return ["keys", camel(entry.key)];
    case "external":
      return entry.party === "smtp"
        ? ["mail", "password"]
        : ["global", "authProvider", entry.party, camel(entry.key.slice(entry.party.length + 1))];
    default:
      return undefined;
  }
}

function entryFor(entry: ContractEntry, isAddition: boolean) {
  const { object, key, kind, readers } = entry;
  const connection = entry.kind === "connection" && {
    user: entry.user,
    scheme: entry.scheme,
    database: entry.database,
    server: entry.server,
    instance: entry.instance,
  };
  const variable = variableOf(entry);
  const value = valuePathOf(entry);
  return {
    object,
    key,
    kind,
    ...connection,
    ...(value !== undefined && { value }),
    readers,
    ...(variable !== undefined && { variable }),
    ...(isAddition && { addition: true }),
  };
}

/** The text of the chart's files/contract.yaml. */
export function chartContract(): string {
  const { version, entries, additions } = secretsContract("praetor");
  const added = new Set(additions.map(({ entry }) => entry));
  const projection = {
    version,
    defaultPasswords,
    redisRoles: redisUses.map(({ role }) => role),
    jobs: jobs.map(({ name, does }) => ({ name, does, command: commands[name] })),
    entries: entries.map((entry) => entryFor(entry, added.has(entry))),
  };
  return heading + stringify(projection, { lineWidth: 0, aliasDuplicateObjects: false, collectionStyle: "block" });
}
