import { type ConnectionEntry, type ContractEntry, secretsContract } from "@praetor/topology";
import { type Expectation, type Server, serverOf } from "../check/expectation.ts";
import { type ConnectionString, formatConnectionString, type Host } from "../connection-string.ts";
import { Secret } from "../secret.ts";
import { type SecretSet, SetBuilder } from "../set/secret-set.ts";
import { databases, type Facts, placeName } from "./facts.ts";
import type { Passwords } from "./resolve.ts";

/** The server that a key's connection string names. */
export function hostFor({ server, instance }: ConnectionEntry, facts: Facts): Host {
  return facts.databases[server][instance];
}

/** The parts of a key's connection string but its password. */
export function connectionParts(entry: ConnectionEntry, facts: Facts): ConnectionString {
  return { hosts: [hostFor(entry, facts)], user: facts.users[entry.user].name, database: entry.database, parameters: {} };
}

/** The value of one key. What an installation does not use is the empty text. */
export function deriveValue(entry: ContractEntry, facts: Facts, passwords: Passwords): Secret {
  switch (entry.kind) {
    case "connection":
      return formatConnectionString({ ...connectionParts(entry, facts), password: passwords.users[entry.user] }, entry.scheme);
    case "password":
      return passwords.users[entry.user];
    default:
      return passwords.others.get(placeName(entry)) ?? Secret.of("");
  }
}

/** Every Secret and key of the facts' contract, with its value. */
export function deriveSet(facts: Facts, passwords: Passwords): SecretSet {
  const builder = new SetBuilder();
  for (const entry of secretsContract(facts.contract).entries) {
    builder.add({ object: entry.object, key: entry.key, value: deriveValue(entry, facts, passwords) });
  }
  return builder.build();
}

/** What `check` may expect of a set that these facts describe. */
export function expectationOf(facts: Facts, passwords: Passwords): Expectation {
  const servers = databases.flatMap((server) =>
    (["primary", "replica"] as const).map((instance): [Server, Host] => [
      serverOf({ server, instance }),
      facts.databases[server][instance],
    ]),
  );
  return {
    users: { service: facts.users.service.name, super: facts.users.super.name },
    passwords: passwords.users,
    servers: new Map(servers),
  };
}
