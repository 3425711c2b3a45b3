import { percentEncode } from "./percent-encoding.ts";
import { Secret } from "./secret.ts";

/** One server of a connection string. A host that begins with `/` is the folder of a Unix socket. */
export interface Host {
  readonly host: string;
  readonly port: number;
}

/** The parts of a PostgreSQL connection string, decoded. */
export interface ConnectionString {
  /** In the order to try them; empty means the default of whoever connects. */
  readonly hosts: readonly Host[];
  readonly user?: string;
  readonly password?: Secret;
  readonly database?: string;
  /** Everything else (`sslmode`, `options`, `target_session_attrs`, ...), in order, as the text said it. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The password of the client's own TLS key: a parameter that must not be seen. */
  readonly sslPassword?: Secret;
}

/** The scheme decides which driver reads the string: SQLAlchemy picks asyncpg by it. */
export type ConnectionScheme = "postgresql" | "postgresql+asyncpg";

export const DEFAULT_PORT = 5432;

/**
 * Writes the parts as a connection string, which holds the password and therefore is a `Secret`. Everything outside
 * `A-Za-z0-9-._~` is percent-encoded (RFC 3986), and the port is always written.
 */
export function formatConnectionString(parts: ConnectionString, scheme: ConnectionScheme = "postgresql"): Secret {
  const password = parts.password === undefined ? "" : `:${percentEncode(parts.password.reveal())}`;
  const login = parts.user === undefined && password === "" ? "" : `${percentEncode(parts.user ?? "")}${password}@`;
  return Secret.of(assemble(parts, scheme, login, secretPairs(parts)));
}

/** The parts for people and logs: no password, no parameters. */
export function describeConnectionString(parts: ConnectionString): string {
  const login = parts.user === undefined ? "" : `${percentEncode(parts.user)}@`;
  return assemble({ ...parts, parameters: {} }, "postgresql", login, []);
}

function assemble(parts: ConnectionString, scheme: ConnectionScheme, login: string, secrets: readonly Pair[]): string {
  const sockets = parts.hosts.some(({ host }) => host.startsWith("/"));
  const authority = sockets ? "" : parts.hosts.map(hostWithPort).join(",");
  const pairs = [...(sockets ? socketPairs(parts.hosts) : []), ...Object.entries(parts.parameters), ...secrets];
  const query = pairs.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join("&");
  const database = parts.database === undefined ? "" : `/${percentEncode(parts.database)}`;
  // Without this slash a reader of RFC 3986 may take the query for a part of the host.
  const slash = database === "" && query !== "" ? "/" : "";
  return `${scheme}://${login}${authority}${database}${slash}${query === "" ? "" : `?${query}`}`;
}

type Pair = readonly [name: string, value: string];

/** A folder has no place in an authority that every driver reads, so a list with one goes into the parameters whole. */
function socketPairs(hosts: readonly Host[]): Pair[] {
  return [
    ["host", hosts.map(({ host }) => host).join(",")],
    ["port", hosts.map(({ port }) => port).join(",")],
  ];
}

function secretPairs({ sslPassword }: ConnectionString): Pair[] {
  return sslPassword === undefined ? [] : [["sslpassword", sslPassword.reveal()]];
}

function hostWithPort({ host, port }: Host): string {
  return `${host.includes(":") ? `[${host.replace("%", "%25")}]` : percentEncode(host)}:${port}`;
}
