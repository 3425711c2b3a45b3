import type { Definition } from "./definition.ts";

const installation = ["--data-dir", "--database-url"];
const logging = ["--log-level", "--log-format"];
const json = { option: "--json", description: "Print JSON." };

/** Every command, in the order of the help. */
export const definitions: readonly Definition[] = [
  {
    words: "server start",
    summary: "run the server",
    description:
      "Runs the API and the services beside it, with an embedded PostgreSQL unless a database is named, until it is told to stop.",
    settings: ["--host", "--port", ...installation, "--no-services", ...logging],
    examples: [
      { line: "praetor server start", does: "everything, on 127.0.0.1:4200" },
      { line: "praetor server start --host 0.0.0.0 --port 8080", does: "for other machines too" },
      { line: "praetor server start --data-dir ./data", does: "with its data in a folder of your choice" },
      {
        line: "praetor server start --database-url postgresql://praetor:secret@db/praetor",
        does: "with a PostgreSQL of your own",
      },
    ],
    load: () => import("./server-start/run.ts"),
  },
  {
    words: "database migrate",
    summary: "bring the schema up to date",
    description:
      "Applies the migrations that the database lacks. Servers of a database of your own may run meanwhile; the embedded one is free only while no server runs, and a start migrates it anyway.",
    settings: installation,
    examples: [{ line: "praetor database migrate", does: "before a server that does not migrate on start" }],
    load: () => import("./database-migrate/run.ts"),
  },
  {
    words: "database status",
    summary: "show which migrations are applied",
    description: "Shows the migrations of each schema and whether the database has them. Exits with 1 if it lacks one.",
    settings: installation,
    flags: [json],
    examples: [{ line: "praetor database status", does: "of the data folder's database" }],
    load: () => import("./database-status/run.ts"),
  },
  {
    words: "config show",
    summary: "show the settings and where each comes from",
    description: "Shows the effective settings of a server that is started here, and their origins. Secrets print as [secret].",
    settings: ["--host", "--port", ...installation, "--no-services", ...logging],
    flags: [json],
    examples: [
      { line: "praetor config show", does: "what `server start` would use" },
      { line: "praetor config show --port 8080 --json", does: "with an option, for a program" },
    ],
    load: () => import("./config-show/run.ts"),
  },
  {
    words: "service list",
    summary: "list the services of the platform",
    description: "Lists the services, what each is for and what runs in this version. One process runs all of them.",
    settings: [],
    flags: [json],
    examples: [{ line: "praetor service list", does: "as a table" }],
    load: () => import("./service-list/run.ts"),
  },
  {
    words: "version",
    summary: "show the version",
    description: "Shows the version of Praetor, the protocol that it speaks, and what it runs on.",
    settings: [],
    examples: [{ line: "praetor version", does: "as lines of name and value" }],
    load: () => import("./version/run.ts"),
  },
];
