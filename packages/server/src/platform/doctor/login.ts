import type { Client } from "pg";
import { serviceRoleFindings } from "../database/administration/index.ts";
import { withClient } from "../database/connections/client.ts";
import { DatabaseConfigurationError } from "../database/index.ts";
import type { Finding } from "../finding.ts";
import { codesOf, kindOf } from "./check.ts";
import { readFacts, type ServerFacts } from "./server-facts.ts";
import type { DatabaseTarget } from "./targets.ts";

/** One login that several keys hold. */
export interface Login {
  readonly target: DatabaseTarget;
  /** The keys whose strings are the same, the target's own first. */
  readonly holders: readonly DatabaseTarget[];
}

export interface LoginResult {
  readonly findings: readonly Finding[];
  /** Undefined when the login was refused. */
  readonly facts: ServerFacts | undefined;
}

/** Logs in by the driver of the services, and looks at what the role may do there. */
export async function logIn(login: Login): Promise<LoginResult> {
  const { connection } = login.target;
  try {
    const options = { connection, applicationName: "praetor doctor", connectTimeoutSeconds: 5, statementTimeoutSeconds: 8 };
    return await withClient(options, async (client) => {
      const facts = await readFacts(client);
      return { findings: await roleFindings(client, login, facts?.standby ?? false), facts };
    });
  } catch (error) {
    return { findings: [refusal(login, error)], facts: undefined };
  }
}

async function roleFindings(client: Client, login: Login, standby: boolean): Promise<Finding[]> {
  const { target } = login;
  if (target.user === "super") return superuserFindings(client, login);
  const findings = await serviceRoleFindings(client, target.server, standby ? "look" : "try");
  return findings.map((finding) => ({
    ...finding,
    object: target.object,
    key: target.key,
    message: `${finding.key} ${finding.message}`,
  }));
}

async function superuserFindings(client: Client, login: Login): Promise<Finding[]> {
  const { rows } = await client.query<{ may: boolean }>(
    "select rolsuper or (rolcreaterole and rolcreatedb) as may from pg_roles where rolname = current_user",
  );
  if (rows[0]?.may) return [];
  const remedy = "name a superuser, or a role that may make databases and roles";
  return [
    found(login, "superuser_powerless", "may make neither databases nor roles, which setting up and migrating need", remedy),
  ];
}

function found({ target, holders }: Login, code: string, message: string, remedy: string): Finding {
  const others = holders.length - 1;
  const also = others === 0 ? "" : ` (${others} more ${others === 1 ? "key holds" : "keys hold"} the same string)`;
  return { severity: "error", code, object: target.object, key: target.key, message: `${message}${also}`, remedy };
}

type Refusal = readonly [code: string, message: string, remedy: string];

/** What a refused login means, by PostgreSQL's SQLSTATE. */
const refusals: Readonly<Record<string, Refusal>> = {
  "28P01": [
    "login_refused",
    "the password is refused for this user",
    "give the password that the role has, or change it: praetor database setup --set-password",
  ],
  "28000": [
    "login_not_allowed",
    "the server lets this user in from here in no way, or has no such role",
    "praetor database setup makes the role; pg_hba.conf lets it in",
  ],
  "3D000": ["database_missing", "the database does not exist", "praetor database setup makes it"],
  "42501": ["connect_not_granted", "the role may not connect to the database", "praetor database setup grants it"],
  "53300": [
    "connections_exhausted",
    "the server has no connection left",
    "raise max_connections, or find who holds them in pg_stat_activity",
  ],
  "57P03": [
    "server_starting",
    "the server does not take connections yet, or any more",
    "wait until it is up; a standby needs hot_standby=on",
  ],
};

function refusal(login: Login, error: unknown): Finding {
  if (error instanceof DatabaseConfigurationError) {
    return found(login, "connection_string_unusable", error.message, "correct the parameters behind the ? of the string");
  }
  const known = codesOf(error)
    .map((code) => refusals[code])
    .find((each) => each !== undefined);
  if (known !== undefined) return found(login, ...known);
  const message = `no session can be opened (${kindOf(error)})`;
  return found(login, "login_failed", message, "see the server's log for the reason that it keeps to itself");
}
