import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { type ConnectionString, DEFAULT_PORT, type Host } from "@praetor/secrets";
import type { ClientConfig } from "pg";

/** libpq's `target_session_attrs`: which of several hosts will do. */
export type TargetSession = "any" | "read-write" | "read-only" | "primary" | "standby" | "prefer-standby";

export type TlsMode = "disable" | "prefer" | "require" | "verify-ca" | "verify-full";

/** A connection string as the driver needs it. */
export interface ConnectionSettings {
  readonly hosts: readonly Host[];
  readonly targetSession: TargetSession;
  readonly tls: { readonly mode: TlsMode; readonly options: ConnectionOptions };
  /** All but host, port and TLS. */
  readonly client: ClientConfig;
  /** Of the string itself; the product's setting counts where it is absent. */
  readonly connectTimeoutSeconds: number | undefined;
  /** The string's own `-c name=value` settings; they win over ours. */
  readonly options: string;
}

/** A connection string that can be read but not obeyed; the message names the parameter, never a value. */
export class DatabaseConfigurationError extends Error {
  readonly code = "database_configuration_invalid";

  constructor(problem: string, cause?: unknown) {
    super(problem, { cause });
    this.name = "DatabaseConfigurationError";
  }
}

const obeyed = words(`application_name channel_binding connect_timeout keepalives keepalives_idle options
  sslcert sslkey sslmode sslnegotiation sslrootcert target_session_attrs`);

/** Parameters of libpq, SQLAlchemy and asyncpg that mean nothing here; strings that people have carry them. */
const ignored = words(`client_encoding fallback_application_name gssencmode keepalives_count keepalives_interval krbsrvname
  load_balance_hosts sslcompression sslsni tcp_user_timeout
  async_fallback command_timeout direct_tls max_cacheable_statement_size max_cached_statement_lifetime
  prepared_statement_cache_size prepared_statement_name_func statement_cache_size timeout`);

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

/**
 * @throws DatabaseConfigurationError for parameters that nobody knows, values out of their lists and TLS files that
 *   cannot be read.
 */
export function connectionSettings(connection: ConnectionString): ConnectionSettings {
  const { parameters } = connection;
  const unknown = Object.keys(parameters).find((name) => !obeyed.has(name) && !ignored.has(name));
  if (unknown !== undefined) throw new DatabaseConfigurationError(`The connection string has the unknown parameter ${unknown}.`);
  return {
    hosts: connection.hosts.length > 0 ? connection.hosts : [{ host: "localhost", port: DEFAULT_PORT }],
    targetSession: choice(parameters, "target_session_attrs", targetSessions) ?? "any",
    tls: tlsSettings(connection),
    client: clientConfig(connection),
    connectTimeoutSeconds: seconds(parameters, "connect_timeout"),
    options: parameters.options ?? "",
  };
}

const targetSessions = ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"] as const;

type Parameters = ConnectionString["parameters"];

function choice<T extends string>(parameters: Parameters, name: string, choices: readonly T[]): T | undefined {
  const value = parameters[name];
  if (value === undefined) return undefined;
  const chosen = choices.find((each) => each === value);
  if (chosen === undefined) throw new DatabaseConfigurationError(`The parameter ${name} must be one of ${choices.join(", ")}.`);
  return chosen;
}

function seconds(parameters: Parameters, name: string): number | undefined {
  const value = parameters[name];
  if (value === undefined) return undefined;
  if (!/^\d{1,6}$/.test(value)) throw new DatabaseConfigurationError(`The parameter ${name} must be a whole number of seconds.`);
  return Number(value) || undefined;
}

function clientConfig({ user, password, database, parameters }: ConnectionString): ClientConfig {
  const applicationName = parameters.application_name;
  const idle = seconds(parameters, "keepalives_idle");
  return {
    user,
    // As a function, so that neither the driver's objects nor their inspection hold the text.
    ...(password !== undefined && { password: () => password.reveal() }),
    database: database ?? user,
    keepAlive: parameters.keepalives !== "0",
    ...(idle !== undefined && { keepAliveInitialDelayMillis: idle * 1000 }),
    ...(applicationName !== undefined && { application_name: applicationName }),
    enableChannelBinding: (choice(parameters, "channel_binding", ["disable", "prefer", "require"]) ?? "disable") !== "disable",
    ...(parameters.sslnegotiation === "direct" && { sslnegotiation: "direct" as const }),
  };
}

function tlsSettings({ parameters, sslPassword }: ConnectionString): ConnectionSettings["tls"] {
  const { sslrootcert, sslcert, sslkey } = parameters;
  const asked = choice(parameters, "sslmode", ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]) ?? "prefer";
  // libpq: a root certificate turns `require` into `verify-ca`.
  const upgraded = asked === "require" && sslrootcert !== undefined ? "verify-ca" : asked;
  const mode = upgraded === "allow" ? "prefer" : upgraded;
  const verified = mode === "verify-ca" || mode === "verify-full";
  return {
    mode,
    options: {
      rejectUnauthorized: verified,
      ...(mode === "verify-ca" && { checkServerIdentity: () => undefined }),
      ...(sslrootcert !== undefined && sslrootcert !== "system" && { ca: file("sslrootcert", sslrootcert) }),
      ...(sslcert !== undefined && { cert: file("sslcert", sslcert) }),
      ...(sslkey !== undefined && { key: file("sslkey", sslkey) }),
      ...(sslPassword !== undefined && { passphrase: sslPassword.reveal() }),
    },
  };
}

function file(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new DatabaseConfigurationError(`The file of the parameter ${name} cannot be read.`, error);
  }
}
