import { type ConnectionString, parseConnectionString, type Secret } from "@praetor/secrets";
import { RotationError } from "@praetor/secrets/rotation";
import { entryOf, type SecretSet } from "@praetor/secrets/sets";
import type { ConnectionEntry, Contract, ContractEntry } from "@praetor/topology";
import type { Client } from "pg";
import { rotationName } from "../database/administration/index.ts";
import { withClient } from "../database/connections/client.ts";
import { DatabaseUnavailable } from "../database/index.ts";

/** A server of PostgreSQL that a set names, and how the superuser comes in. */
export interface DatabaseServer {
  /** `host:port`. */
  readonly name: string;
  readonly instance: "primary" | "replica";
  /** As the superuser, to a database that exists. */
  readonly administration: ConnectionString;
  /** What the keys of a target open there, each with the parameters of its key; user and password are to be put in. */
  readonly doors: readonly ConnectionString[];
}

/**
 * The servers that the strings of a set lead to, primaries first; one that several keys name is there once, and one that is named
 * as replica and as primary is a primary.
 *
 * @throws RotationError when the set does not say how the superuser logs in.
 */
export function databaseServers(set: SecretSet, { entries }: Contract, own: readonly ContractEntry[]): DatabaseServer[] {
  const connections = entries.filter((entry) => entry.kind === "connection").flatMap((entry) => readString(set, entry));
  const superuser = connections.find(({ entry }) => entry.user === "super")?.connection;
  if (superuser === undefined) {
    const remedy = "Put it in with `praetor secrets render`.";
    throw new RotationError("secret_missing", "The set has no connection string of the superuser, who changes roles.", remedy);
  }
  const login = {
    ...(superuser.user !== undefined && { user: superuser.user }),
    ...(superuser.password && { password: superuser.password }),
  };
  const groups = Map.groupBy(connections, ({ connection }) => nameOf(connection));
  const servers = [...groups].map(([name, held]): DatabaseServer => {
    const maintenance = held.find(({ entry }) => entry.database === "postgres") ?? held[0];
    const doors = new Map(
      held.filter(({ entry }) => own.includes(entry)).map(({ connection }) => [connection.database, connection]),
    );
    return {
      name,
      instance: held.some(({ entry }) => entry.instance === "primary") ? "primary" : "replica",
      administration: { ...(maintenance?.connection ?? superuser), ...login },
      doors: [...doors.values()],
    };
  });
  return servers.toSorted((one, other) => Number(one.instance === "replica") - Number(other.instance === "replica"));
}

const nameOf = ({ hosts }: ConnectionString): string => hosts.map(({ host, port }) => `${host}:${port}`).join(",");

function readString(set: SecretSet, entry: ConnectionEntry): { entry: ConnectionEntry; connection: ConnectionString }[] {
  const value = entryOf(set, entry.object, entry.key)?.value;
  return value === undefined || value.reveal() === "" ? [] : [{ entry, connection: parseConnectionString(value.reveal()) }];
}

export function asSuperuser<T>({ name, administration }: DatabaseServer, work: (client: Client) => Promise<T>): Promise<T> {
  return open(name, administration, work);
}

async function open<T>(name: string, connection: ConnectionString, work: (client: Client) => Promise<T>): Promise<T> {
  try {
    return await withClient({ connection, applicationName: rotationName }, work);
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw error;
    const remedy = "`praetor secrets doctor` says more. The same command goes on from here.";
    throw new RotationError(
      "login_failed",
      `${name} does not let ${connection.user ?? "the user"} in (${error.reason}).`,
      remedy,
    );
  }
}

/** Whether a login works; one that fails for another reason than being refused is an error. */
export async function letsIn(connection: ConnectionString, user: string, password: Secret): Promise<boolean> {
  try {
    return await withClient({ connection: { ...connection, user, password }, applicationName: rotationName }, () =>
      Promise.resolve(true),
    );
  } catch (error) {
    if (error instanceof DatabaseUnavailable && error.reason === "refused") return false;
    if (error instanceof DatabaseUnavailable)
      throw new RotationError(
        "login_failed",
        `${nameOf(connection)} cannot be reached (${error.reason}).`,
        "Run the same command again when it can.",
      );
    throw error;
  }
}
