import type { ContractName, Database, DatabaseUser } from "@praetor/topology";
import type { Host } from "../connection-string.ts";
import type { Reference } from "./reference.ts";

/** One database's servers; with no replica, both are the primary. */
export interface Servers {
  readonly primary: Host;
  readonly replica: Host;
}

/** A role of PostgreSQL. */
export interface Role {
  readonly name: string;
  readonly password: Reference;
}

/** What an operator states, once: from it every value of the contract follows. It holds no secret. */
export interface Facts {
  readonly contract: ContractName;
  readonly databases: Readonly<Record<Database, Servers>>;
  readonly users: Readonly<Record<DatabaseUser, Role>>;
  /** Where the other secrets of the contract come from, by `object/key`; those that are not named are empty. */
  readonly others: ReadonlyMap<string, Reference>;
  /** After how many days a password is due to be replaced; undefined for never. */
  readonly rotateAfterDays?: number;
}

export const databases: readonly Database[] = ["events", "nebula", "orion"];

/** The name of an entry in messages and maps. */
export const placeName = ({ object, key }: { object: string; key: string }): string => `${object}/${key}`;
