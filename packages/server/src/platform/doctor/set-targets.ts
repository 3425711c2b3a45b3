import { type ConnectionString, ConnectionStringError, parseConnectionString, type Secret } from "@praetor/secrets";
import { entryOf, type SecretSet } from "@praetor/secrets/sets";
import type { ConnectionEntry, ContractEntry, ExternalEntry, RedisEntry } from "@praetor/topology";
import type { Finding } from "../finding.ts";
import type { Endpoints } from "./endpoints.ts";
import type { DatabaseTarget, Place, RedisTarget, SignOnTarget, Targets } from "./targets.ts";

/** What a set of Secrets leads to, and what in it leads nowhere. */
export interface SetTargets {
  readonly targets: Targets;
  /** Keys that cannot be tried; what exactly is wrong with them `check` says. */
  readonly findings: readonly Finding[];
}

/** Every target that the set's values and the endpoints name together. A key that is optional and empty is none. */
export function targetsOf(set: SecretSet, entries: readonly ContractEntry[], endpoints: Endpoints): SetTargets {
  const findings: Finding[] = [];
  const valueOf = ({ object, key }: Place) => {
    const value = entryOf(set, object, key)?.value;
    return value === undefined || value.reveal() === "" ? undefined : value;
  };
  const databases = entries
    .filter((entry) => entry.kind === "connection")
    .flatMap((entry) => databaseTarget(entry, valueOf(entry), findings));
  const redis = entries
    .filter((entry) => entry.kind === "redis")
    .flatMap((entry) => redisTarget(entry, valueOf(entry), endpoints));
  const external = entries.filter((entry) => entry.kind === "external");
  return { targets: { databases, redis, ...externalTargets(external, valueOf, endpoints) }, findings };
}

function databaseTarget(entry: ConnectionEntry, value: Secret | undefined, findings: Finding[]): DatabaseTarget[] {
  const { object, key, server, instance, user } = entry;
  const connection = value === undefined ? undefined : parsed(value);
  if (connection !== undefined) return [{ object, key, server, instance, user, connection }];
  const message = value === undefined ? "is not there" : "is no connection string that can be read";
  const remedy = "praetor secrets check says what is wrong with it";
  findings.push({ severity: "error", code: "connection_string_unreadable", object, key, message, remedy });
  return [];
}

function parsed(value: Secret): ConnectionString | undefined {
  try {
    return parseConnectionString(value.reveal());
  } catch (error) {
    if (error instanceof ConnectionStringError) return undefined;
    throw error;
  }
}

function redisTarget({ object, key, role }: RedisEntry, password: Secret | undefined, { redis }: Endpoints): RedisTarget[] {
  const endpoint = redis[role];
  return endpoint === undefined ? [] : [{ object, key, role, ...endpoint, ...(password !== undefined && { password }) }];
}

const place = ({ object, key }: Place): Place => ({ object, key });

function externalTargets(
  entries: readonly ExternalEntry[],
  valueOf: (place: Place) => Secret | undefined,
  { mail, signOn }: Endpoints,
): Omit<Targets, "databases" | "redis"> {
  const known = entries.flatMap((entry) => {
    const value = valueOf(entry);
    return value === undefined ? [] : [{ entry, value }];
  });
  const smtp = entries.find(({ party }) => party === "smtp");
  const password = smtp && valueOf(smtp);
  const clients = known.flatMap(({ entry, value }): SignOnTarget[] => {
    const { party } = entry;
    const endpoint = party === "smtp" ? undefined : signOn[party];
    if (endpoint === undefined || party === "smtp" || entry.key.endsWith("-api-key")) return [];
    return [{ ...place(entry), party, ...endpoint, clientSecret: value }];
  });
  const management = known.find(({ entry }) => entry.key === "okta-api-key");
  const okta = signOn.okta;
  return {
    ...(smtp && mail && { mail: { ...place(smtp), ...mail, ...(password !== undefined && { password }) } }),
    signOn: clients,
    ...(management &&
      okta && { management: { ...place(management.entry), origin: new URL(okta.issuer).origin, apiKey: management.value } }),
  };
}
