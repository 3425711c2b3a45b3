import { type ConnectionString, ConnectionStringError, describeConnectionString, parseConnectionString } from "@praetor/secrets";
import { choice, type Kind } from "./kinds.ts";

const insteadOfSqlite =
  "this server keeps its data in PostgreSQL, not in SQLite. Unset it to use the embedded PostgreSQL, " +
  "or give postgresql://user:password@host:5432/name.";

function problemOf(input: unknown): string | undefined {
  if (typeof input !== "string") return "expected a PostgreSQL connection string.";
  if (/^sqlite\b/i.test(input.trim())) return insteadOfSqlite;
  try {
    parseConnectionString(input);
    return undefined;
  } catch (error) {
    if (error instanceof ConnectionStringError) return error.message;
    throw error;
  }
}

/** A PostgreSQL connection string, read into its parts; it prints without password and parameters. */
export const connectionString: Kind<ConnectionString> = {
  label: "PostgreSQL connection string",
  read: (input) => (typeof input === "string" && problemOf(input) === undefined ? parseConnectionString(input) : undefined),
  why: (input) => problemOf(input) ?? "",
  print: describeConnectionString,
  secret: true,
};

const drivers = choice(["postgresql+asyncpg"]);

/** The original's name of a driver; of its two only the PostgreSQL one means something here. */
export const driver: Kind<"postgresql+asyncpg"> = {
  ...drivers,
  why: (input) => (/^sqlite\b/i.test(String(input)) ? insteadOfSqlite : `expected ${drivers.label}.`),
};
