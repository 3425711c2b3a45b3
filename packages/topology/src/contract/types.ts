import type { Database, RedisRole } from "../types.ts";

/** A role of PostgreSQL: `service` does the daily work, `super` makes databases, roles and schemas. */
export type DatabaseUser = "service" | "super";

interface Place {
  /** The name of the Kubernetes Secret. */
  readonly object: string;
  readonly key: string;
  /** Who reads it: names of services and jobs. */
  readonly readers: readonly string[];
  /** What it is for, in a phrase. */
  readonly purpose: string;
  /** Whether an installation may do without it; then its value is the empty text. */
  readonly optional: boolean;
}

/** A connection string; its password is percent-encoded. */
export interface ConnectionEntry extends Place {
  readonly kind: "connection";
  readonly encoding: "percent";
  readonly user: DatabaseUser;
  readonly scheme: "postgresql" | "postgresql+asyncpg";
  /** The database that it opens: that of its Secret, or `postgres` while that may not exist yet. */
  readonly database: Database | "postgres";
  /** The database whose server it reaches. */
  readonly server: Database;
  readonly instance: "primary" | "replica";
}

/** The service user's password as it is, for the job that makes the role. */
export interface PasswordEntry extends Place {
  readonly kind: "password";
  readonly encoding: "raw";
  readonly user: "service";
  readonly server: Database;
}

/** A secret that another party gave out: a sign-on provider or the mail server. */
export interface ExternalEntry extends Place {
  readonly kind: "external";
  readonly encoding: "raw";
  readonly party: "adfs" | "entra" | "okta" | "smtp";
}

export interface RedisEntry extends Place {
  readonly kind: "redis";
  readonly encoding: "raw";
  readonly role: RedisRole;
}

/** Keys of the platform itself: base64url of 32 bytes each, separated by commas, the current one first. */
export interface KeyringEntry extends Place {
  readonly kind: "keyring";
  readonly encoding: "raw";
}

export type ContractEntry = ConnectionEntry | PasswordEntry | ExternalEntry | RedisEntry | KeyringEntry;

/** An entry that the seed lacks, and why it is there. */
export interface Addition {
  readonly entry: ContractEntry;
  readonly reason: string;
}

export type ContractName = "seed" | "praetor";

/** The Secrets that an installation must hold, and every key in them. */
export interface Contract {
  readonly name: ContractName;
  /** Counted up whenever a key is added, removed or changes its meaning. */
  readonly version: string;
  readonly entries: readonly ContractEntry[];
  /** What `entries` has beyond the seed. */
  readonly additions: readonly Addition[];
}
