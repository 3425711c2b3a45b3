import { DatabaseError } from "pg";

/** Why the database could not serve a statement, for logs and metrics. */
export type UnavailableReason =
  | "cannot_connect"
  | "connection_lost"
  | "shutting_down"
  | "too_many_connections"
  | "too_busy"
  | "out_of_resources"
  | "read_only"
  | "refused"
  | "deadlock"
  | "serialization_failure"
  | "lock_timeout"
  | "statement_timeout"
  | "stale_statement"
  | "replica_behind";

/** `unknown`: the connection was lost while the commit may have been under way, so a write may have happened. */
export type Outcome = "not_applied" | "unknown";

/** PostgreSQL cannot serve this now and may later; a route answers 503 with `Retry-After`. */
export class DatabaseUnavailable extends Error {
  readonly code = "database_unavailable";
  readonly reason: UnavailableReason;
  readonly outcome: Outcome;
  readonly retryAfterSeconds: number;

  constructor(reason: UnavailableReason, options: { outcome?: Outcome; retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(`The database is not available (${reason}).`, { cause: options.cause });
    this.name = "DatabaseUnavailable";
    this.reason = reason;
    this.outcome = options.outcome ?? "not_applied";
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1;
  }
}

export type IntegrityKind = "unique" | "foreign_key" | "not_null" | "check" | "exclusion" | "restrict";

/** A row contradicts a constraint of its table. */
export class IntegrityViolation extends Error {
  readonly code = "integrity_violation";
  readonly kind: IntegrityKind;
  /** The name of the constraint; of the column when it is `not_null`. */
  readonly constraint: string;
  readonly table: string | undefined;

  constructor(kind: IntegrityKind, error: DatabaseError) {
    super(`A row violates the ${kind} constraint ${error.constraint ?? error.column ?? ""}.`, { cause: error });
    this.name = "IntegrityViolation";
    this.kind = kind;
    this.constraint = error.constraint ?? error.column ?? "";
    this.table = error.table;
  }
}

/** A value of the caller that PostgreSQL cannot store (a NUL character, a number out of range). Never echoes it. */
export class ClientDataError extends Error {
  readonly code = "client_data_refused";

  constructor(problem: string, cause?: unknown) {
    super(problem, { cause });
    this.name = "ClientDataError";
  }
}

type Classification =
  | { readonly unavailable: UnavailableReason; readonly retryAfterSeconds?: number }
  | { readonly integrity: IntegrityKind }
  | { readonly data: string };

/** PostgreSQL's SQLSTATE, and Node's socket codes, to what they mean here. The only such table. */
const classifications: Readonly<Record<string, Classification>> = {
  "08000": { unavailable: "connection_lost" },
  "08001": { unavailable: "cannot_connect" },
  "08003": { unavailable: "connection_lost" },
  "08004": { unavailable: "refused", retryAfterSeconds: 5 },
  "08006": { unavailable: "connection_lost" },
  "08P01": { unavailable: "connection_lost" },
  "22001": { data: "A text is longer than its column allows." },
  "22003": { data: "A number is out of range." },
  "22007": { data: "A time is not valid." },
  "22008": { data: "A time is out of range." },
  "22021": { data: "A text holds a character that the database cannot store." },
  "22P02": { data: "A value does not have the form of its type." },
  "22P03": { data: "A value does not have the form of its type." },
  "22P05": { data: "A text holds a character that the database cannot store." },
  "23001": { integrity: "restrict" },
  "2201B": { data: "A pattern of this request is more than the database can search for." },
  "23502": { integrity: "not_null" },
  "23503": { integrity: "foreign_key" },
  "23505": { integrity: "unique" },
  "23514": { integrity: "check" },
  "23P01": { integrity: "exclusion" },
  "25006": { unavailable: "read_only" },
  "25P03": { unavailable: "connection_lost" },
  "25P04": { unavailable: "statement_timeout" },
  "26000": { unavailable: "stale_statement" },
  "28000": { unavailable: "refused", retryAfterSeconds: 5 },
  "28P01": { unavailable: "refused", retryAfterSeconds: 5 },
  "3D000": { unavailable: "refused", retryAfterSeconds: 5 },
  "40001": { unavailable: "serialization_failure" },
  "40003": { unavailable: "connection_lost" },
  "40P01": { unavailable: "deadlock" },
  "53000": { unavailable: "out_of_resources", retryAfterSeconds: 5 },
  "53100": { unavailable: "out_of_resources", retryAfterSeconds: 5 },
  "53200": { unavailable: "out_of_resources", retryAfterSeconds: 5 },
  "53300": { unavailable: "too_many_connections", retryAfterSeconds: 2 },
  "53400": { unavailable: "out_of_resources", retryAfterSeconds: 5 },
  "54000": { data: "A value is larger than the database can index." },
  "55P03": { unavailable: "lock_timeout" },
  "57014": { unavailable: "statement_timeout" },
  "57P01": { unavailable: "shutting_down" },
  "57P02": { unavailable: "shutting_down" },
  "57P03": { unavailable: "cannot_connect" },
  "57P04": { unavailable: "refused", retryAfterSeconds: 5 },
  "57P05": { unavailable: "connection_lost" },
  "58000": { unavailable: "out_of_resources", retryAfterSeconds: 5 },
  "58030": { unavailable: "out_of_resources", retryAfterSeconds: 5 },
  EAI_AGAIN: { unavailable: "cannot_connect" },
  ECONNREFUSED: { unavailable: "cannot_connect" },
  ECONNRESET: { unavailable: "connection_lost" },
  EHOSTUNREACH: { unavailable: "cannot_connect" },
  ENETUNREACH: { unavailable: "cannot_connect" },
  ENOENT: { unavailable: "cannot_connect" },
  ENOTFOUND: { unavailable: "cannot_connect", retryAfterSeconds: 5 },
  EPIPE: { unavailable: "connection_lost" },
  ETIMEDOUT: { unavailable: "cannot_connect" },
};

/** After a schema change PostgreSQL refuses the plans that a session cached; the statement itself is sound. */
const isStalePlan = (error: DatabaseError) => error.code === "0A000" && error.message.startsWith("cached plan");

/**
 * Turns what the driver threw into the error that callers know; an error that is in no row of the table is returned
 * as it is, since it is a defect of ours.
 */
export function classify(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof DatabaseError && isStalePlan(error)) return new DatabaseUnavailable("stale_statement", { cause: error });
  const known = classifications["code" in error ? String(error.code) : ""];
  if (known === undefined) return error;
  if ("integrity" in known) return error instanceof DatabaseError ? new IntegrityViolation(known.integrity, error) : error;
  if ("data" in known) return new ClientDataError(known.data, error);
  return new DatabaseUnavailable(known.unavailable, {
    outcome: isStatementError(error) ? "not_applied" : "unknown",
    ...(known.retryAfterSeconds !== undefined && { retryAfterSeconds: known.retryAfterSeconds }),
    cause: error,
  });
}

/** What the primary may do better: the replica is away, or replaying the log got in the way of the statement. */
const replicaTroubles: ReadonlySet<UnavailableReason> = new Set([
  "replica_behind",
  "cannot_connect",
  "connection_lost",
  "shutting_down",
  "too_many_connections",
  "out_of_resources",
  "refused",
  "serialization_failure",
]);

/** Whether a statement that a replica did not serve is worth sending to the primary. */
export function isReplicaTrouble(error: unknown): boolean {
  return error instanceof DatabaseUnavailable && replicaTroubles.has(error.reason);
}

/** Whether PostgreSQL broke a circle of statements that waited for each other, at the cost of this one. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof DatabaseUnavailable && error.reason === "deadlock";
}

/** An answer of severity ERROR means that the statement was rolled back; FATAL and lost sockets say nothing. */
function isStatementError(error: Error): boolean {
  return error instanceof DatabaseError && error.severity === "ERROR";
}
