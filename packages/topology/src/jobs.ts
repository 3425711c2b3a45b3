import { primaryOnly } from "./access.ts";
import type { Service } from "./types.ts";

/** Work that is done once, at installation or upgrade or by the calendar, with a superuser's connection. */
export const jobs = [
  {
    name: "schema-setup",
    kind: "job",
    scaling: "singleton",
    does: "makes databases and roles",
    outage: "installation stops before the first database exists",
    databases: { events: primaryOnly, nebula: primaryOnly, orion: primaryOnly },
    redis: [],
    login: { user: "super", scheme: "postgresql", database: "maintenance" },
  },
  {
    name: "db-migration",
    kind: "job",
    scaling: "singleton",
    does: "brings the schemas up to date",
    outage: "installation or upgrade stops with an old schema",
    databases: { events: primaryOnly, nebula: primaryOnly, orion: primaryOnly },
    redis: [],
    login: { user: "super", scheme: "postgresql", database: "own" },
    aliases: ["orion-db-migrations"],
  },
  {
    name: "partman",
    kind: "job",
    scaling: "singleton",
    does: "makes coming partitions and drops expired ones",
    outage: "no coming partitions are made; when the last one is full, events are refused",
    databases: { events: primaryOnly },
    redis: [],
    // A job of the asynchronous server, and yet it alters tables.
    login: { user: "super", scheme: "postgresql+asyncpg", database: "own" },
  },
] as const satisfies readonly Service[];
