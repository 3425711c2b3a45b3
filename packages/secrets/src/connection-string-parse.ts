import { ConnectionStringError, type ConnectionStringProblem } from "./connection-string-error.ts";
import { readHosts } from "./connection-string-hosts.ts";
import type { ConnectionString } from "./connection-string.ts";
import { percentDecode } from "./percent-encoding.ts";
import { Secret } from "./secret.ts";

const schemes = ["postgresql", "postgres", "postgresql+asyncpg"];

/**
 * Reads `postgresql://`, `postgres://` or `postgresql+asyncpg://` as libpq does, with SQLAlchemy's spellings
 * (`ssl=`, a repeated `host=name:port`) accepted too. Names and passwords are percent-decoded; `+` stays `+`.
 *
 * @throws ConnectionStringError, which never repeats any of the string.
 */
export function parseConnectionString(text: string): ConnectionString {
  const [before, query] = cut(withoutScheme(text.trim()), "?");
  const [authority, path] = cut(before, "/");
  const [login, hosts] = splitLogin(authority, path);
  const [user, password] = cut(login, ":");
  // A parameter wins over the same part of the authority or path.
  const { host, port, user: users, password: passwords, dbname, sslpassword, ...rest } = parseQuery(query);
  return {
    hosts: readHosts(hosts, host, port),
    ...present("user", part(users, user) || undefined),
    ...present("password", secretOf(part(passwords, password))),
    ...present("database", part(dbname, path) || undefined),
    parameters: readParameters(rest),
    ...present("sslPassword", secretOf(sslpassword?.at(-1))),
  };
}

function withoutScheme(text: string): string {
  const match = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text);
  if (match === null) return fail("scheme_missing");
  if (!schemes.includes((match[1] ?? "").toLowerCase())) return fail("scheme_unsupported");
  return text.slice(match[0].length);
}

function fail(problem: ConnectionStringProblem): never {
  throw new ConnectionStringError(problem);
}

/** The text before and after the first `mark`. */
function cut(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)];
}

function splitLogin(authority: string, path: string | undefined): [login: string, hosts: string] {
  const at = authority.indexOf("@");
  // A raw / cuts the password short and leaves the rest, with the @, where the database should be.
  if (at !== authority.lastIndexOf("@") || path?.includes("@")) fail("login_not_encoded");
  return [authority.slice(0, Math.max(at, 0)), authority.slice(at + 1)];
}

function decode(text: string): string {
  return percentDecode(text) ?? fail("escape_invalid");
}

/** A parameter's value, decoded already, or the raw text of the authority or path. */
function part(values: readonly string[] | undefined, raw: string | undefined): string | undefined {
  return values?.at(-1) ?? (raw === undefined ? undefined : decode(raw));
}

const secretOf = (text: string | undefined) => (text === undefined ? undefined : Secret.of(text));

/** The key with its value, or no key at all. */
function present<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in K]: V });
}

type Query = Readonly<Record<string, readonly string[]>>;

function parseQuery(query: string | undefined): Query {
  const values = new Map<string, readonly string[]>();
  for (const pair of query?.split("&") ?? []) {
    if (pair === "") continue;
    const [name, value] = cut(pair, "=");
    if (name === "" || value === undefined) return fail("parameter_invalid");
    const key = decode(name);
    values.set(key, [...(values.get(key) ?? []), decode(value)]);
  }
  return Object.fromEntries(values);
}

const booleanSslModes: Readonly<Record<string, string>> = { true: "require", "1": "require", false: "disable", "0": "disable" };

/** The last value of each name counts; `ssl`, the word of JDBC and asyncpg, becomes libpq's `sslmode`. */
function readParameters({ ssl, ...rest }: Query): Readonly<Record<string, string>> {
  const parameters = Object.entries(rest).map(([name, values]) => [name, values.at(-1) ?? ""] as const);
  const mode = ssl?.at(-1);
  const sslmode = mode === undefined || "sslmode" in rest ? [] : [["sslmode", booleanSslModes[mode] ?? mode] as const];
  return Object.fromEntries([...parameters, ...sslmode]);
}
