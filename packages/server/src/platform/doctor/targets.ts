import type { ConnectionString, Secret } from "@praetor/secrets";
import type { Database, RedisRole } from "@praetor/topology";

/** A place of a secret: the Kubernetes Secret and its key. */
export interface Place {
  readonly object: string;
  readonly key: string;
}

/** A connection string as some service or job holds it. */
export interface DatabaseTarget extends Place {
  readonly server: Database;
  readonly instance: "primary" | "replica";
  /** `service` works in the database that exists; `super` makes databases and roles. */
  readonly user: "service" | "super";
  readonly connection: ConnectionString;
}

/** The Redis of one role. */
export interface RedisTarget extends Place {
  readonly role: RedisRole;
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: Secret;
  readonly tls?: boolean;
}

export interface MailTarget extends Place {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: Secret;
  /** `implicit`: from the first byte, port 465. `starttls`: asked for before the login. */
  readonly tls: "implicit" | "starttls" | "none";
}

/** A sign-on provider that speaks OpenID Connect. */
export interface SignOnTarget extends Place {
  readonly party: "okta" | "adfs" | "entra";
  /** Where its discovery document is found, without `/.well-known/openid-configuration`. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Whether services are told to trust only certificates that verify. */
  readonly verifyTls: boolean;
}

/** The key for Okta's management API. */
export interface ManagementTarget extends Place {
  /** For example `https://example.okta.com`. */
  readonly origin: string;
  readonly apiKey: Secret;
}

/** Everything that an installation connects to. What is left out is not examined. */
export interface Targets {
  readonly databases: readonly DatabaseTarget[];
  readonly redis: readonly RedisTarget[];
  readonly mail?: MailTarget;
  readonly signOn: readonly SignOnTarget[];
  readonly management?: ManagementTarget;
}
