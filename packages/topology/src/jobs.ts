import { primaryOnly } from "./access.ts";
import type { Service } from "./types.ts";

/** Work that is done once, at installation or upgrade or by the calendar, with a superuser's connection. */
export const jobs = [
  {
    name: "schema-setup",
    kind: "job",
    scaling: "singleton",
    does: "makes databases and roles",
    databases: { events: primaryOnly, nebula: primaryOnly, orion: primaryOnly },
    redis: [],
  },
  {
    name: "db-migration",
    kind: "job",
    scaling: "singleton",
    does: "brings the schemas up to date",
    databases: { events: primaryOnly, nebula: primaryOnly, orion: primaryOnly },
    redis: [],
    aliases: ["orion-db-migrations"],
  },
  {
    name: "partman",
    kind: "job",
    scaling: "singleton",
    does: "makes coming partitions and drops expired ones",
    databases: { events: primaryOnly },
    redis: [],
  },
] as const satisfies readonly Service[];
