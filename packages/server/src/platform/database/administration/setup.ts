import type { ConnectionString } from "@praetor/secrets";
import { type Client, escapeIdentifier, escapeLiteral } from "pg";
import { takeAdvisoryLock } from "../connections/advisory-lock.ts";
import { withClient } from "../connections/client.ts";
import { DatabaseUnavailable } from "../failures.ts";
import type { Domain } from "../migrations/index.ts";
import { type Measure, take, takeAll } from "./measure.ts";
import { takeOwnership } from "./ownership.ts";
import { type ServiceRole, setUpRole } from "./role.ts";
import { schemaMeasures } from "./schema-measures.ts";
import { setUpFlags } from "./server-flags.ts";
import { SetupError, type SetupStep } from "./setup-step.ts";

export interface SetupOptions {
  /** A superuser's connection to a database that exists, `postgres`. The same role must migrate later. */
  readonly maintenance: ConnectionString;
  readonly domain: Domain;
  /** The name of the database to make. */
  readonly database: string;
  readonly service: ServiceRole;
  /** Gives the role this password even if it has another one. */
  readonly setPassword?: boolean;
  /** Told once when another set-up works on the server, which this one then waits for. */
  readonly onWait?: () => void;
}

const applicationName = "praetor database setup";
const lockKey = 4_200_003;

/**
 * Makes the service role, the database, its schemas, the rights in them and the server's flags. What exists is kept, what
 * has drifted is mended, nothing is ever dropped; run twice, it changes nothing.
 *
 * @throws SetupError, DatabaseUnavailable
 */
export async function setUpDatabase(options: SetupOptions): Promise<SetupStep[]> {
  const { maintenance, domain, database, service } = options;
  return withClient({ connection: maintenance, applicationName }, async (server) => {
    await takeAdvisoryLock(server, lockKey, options.onWait ?? (() => {}));
    await requireSuperuser(server);
    const opens = (role: ServiceRole) => canLogIn({ ...maintenance, ...role });
    const role = await setUpRole(server, service, { setPassword: options.setPassword ?? false, opens });
    const around = [...role, await makeDatabase(server, database)];
    const connection = { ...maintenance, database };
    const inside = await withClient({ connection, applicationName }, async (client) => [
      await takeOwnership(client, domain, service.user),
      ...(await takeAll(client, databaseMeasures(database, service.user))),
      ...(await takeAll(client, schemaMeasures(domain, service.user))),
      ...(await setUpFlags(client, database)),
    ]);
    return [...around, ...inside];
  });
}

async function canLogIn(connection: ConnectionString): Promise<boolean> {
  try {
    return await withClient({ connection, applicationName }, () => Promise.resolve(true));
  } catch (error) {
    if (error instanceof DatabaseUnavailable && error.reason === "refused") return false;
    throw error;
  }
}

/** Managed servers give no true superuser; one that makes roles and databases will do. */
async function requireSuperuser(client: Client): Promise<void> {
  const { rows } = await client.query<{ may: boolean }>(
    "select rolsuper or (rolcreaterole and rolcreatedb) as may from pg_roles where rolname = current_user",
  );
  if (!rows[0]?.may) throw new SetupError("not_superuser");
}

function makeDatabase(server: Client, database: string): Promise<SetupStep> {
  return take(server, {
    subject: `database ${database}`,
    missing: `not exists (select from pg_database where datname = ${escapeLiteral(database)})`,
    // `template0`, since nobody knows what was put into `template1`, nor in which encoding.
    statements: [`create database ${escapeIdentifier(database)} template template0 encoding 'UTF8'`],
    action: "created",
  });
}

function databaseMeasures(database: string, user: string): Measure[] {
  const [name, role, literal] = [escapeIdentifier(database), escapeIdentifier(user), escapeLiteral(user)];
  const may = (right: string) => `has_database_privilege(${literal}, current_database(), '${right}')`;
  return [
    {
      subject: `database ${database}: connect, and make nothing in it`,
      missing: `not ${may("connect")} or ${may("create, temporary")}`,
      statements: [
        `revoke create, temporary on database ${name} from public, ${role}`,
        `grant connect on database ${name} to ${role}`,
      ],
      action: "repaired",
    },
    {
      subject: "schema public: make nothing in it",
      missing: `case when to_regnamespace('public') is null then false else has_schema_privilege(${literal}, 'public', 'create') end`,
      statements: [`revoke create on schema public from public, ${role}`],
      action: "repaired",
    },
  ];
}
