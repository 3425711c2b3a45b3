import type { Definition } from "./definition.ts";
import { secretsDefinitions } from "./secrets/definitions.ts";
import { liveDefinitions } from "./secrets/live-definitions.ts";
import { doctorDefinition } from "./secrets-doctor/definition.ts";
import { rotateDefinition } from "./secrets-rotate/definition.ts";

const installation = ["--data-dir", "--database-url"];
const logging = ["--log-level", "--log-format"];
const database = {
  form: "[database]",
  choices: ["orion", "events", "nebula"],
  description: "The database; without it each of the three.",
};
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
    words: "database setup",
    summary: "make the databases and the service role",
    description:
      "Makes databases, schemas and the role of the services, gives it its rights, and sets the server's flags. What exists is kept, what has drifted is mended, nothing is dropped. Needs PRAETOR_DATABASE_<NAME>_SETUP_URL (a superuser's connection string) and the password in PRAETOR_DATABASE_<NAME>_SERVICE_PASSWORD, or files that PRAETOR_..._FILE name. Exits with 1 if something could not be made as it should be.",
    operand: database,
    settings: [],
    flags: [{ option: "--set-password", description: "Give the role this password even if it has another one." }, json],
    examples: [
      { line: "praetor database setup", does: "all three" },
      { line: "praetor database setup events --set-password", does: "one, after its password was changed" },
    ],
    load: () => import("./database-setup/run.ts"),
  },
  {
    words: "database migrate",
    summary: "bring the schemas up to date",
    description:
      "Applies the migrations that the databases lack. Servers of a database of your own may run meanwhile; the embedded one is free only while no server runs, and a start migrates it anyway. Of two that migrate at once one works and the other waits.",
    operand: database,
    settings: installation,
    flags: [{ option: "--plan", description: "Print the SQL that would run, and run nothing." }],
    examples: [
      { line: "praetor database migrate", does: "before a server that does not migrate on start" },
      { line: "praetor database migrate orion --plan", does: "what would be done to one" },
    ],
    load: () => import("./database-migrate/run.ts"),
  },
  {
    words: "database partition",
    summary: "make coming partitions, drop expired ones",
    description:
      "Makes the partitions of events and logs for the coming week and drops those whose rows are all past retention. Run it daily.",
    settings: ["--retention", ...installation],
    flags: [json],
    examples: [
      { line: "praetor database partition", does: "with a retention of 30 days" },
      { line: "praetor database partition --retention P7D", does: "of one week" },
    ],
    load: () => import("./database-partition/run.ts"),
  },
  {
    words: "database status",
    summary: "show which migrations are applied",
    description: "Shows the migrations of each schema and whether the database has them. Exits with 1 if it lacks one.",
    operand: database,
    settings: installation,
    flags: [json],
    examples: [{ line: "praetor database status", does: "of the data folder's database" }],
    load: () => import("./database-status/run.ts"),
  },
  {
    words: "database verify",
    summary: "prove what the service role can and cannot do",
    description:
      "Logs in as the services do and proves that the role reads and writes every table and can make or drop nothing. Exits with 1 and says how to mend it otherwise.",
    operand: database,
    settings: ["--database-url"],
    flags: [json],
    examples: [{ line: "praetor database verify", does: "after a set-up" }],
    load: () => import("./database-verify/run.ts"),
  },
  {
    words: "why",
    summary: "say why a flow run is late",
    description:
      "Says in a sentence why a flow run does not run, what to do about it, and what every link of the chain from its schedule to a worker shows. Asks the server at --api-url, else at PREFECT_API_URL, else the one of the settings.",
    operand: { form: "<run>", description: "The flow run: its id, or any address that ends with it." },
    settings: [],
    flags: [{ option: "--api-url <url>", description: "The API to ask." }, json],
    examples: [
      { line: "praetor why 0199b5f2-7c54-7b7e-9f3f-6f0f1d2b3c4d", does: "by its id" },
      { line: "praetor why http://127.0.0.1:4200/runs/flow-run/0199b5f2-7c54-7b7e-9f3f-6f0f1d2b3c4d", does: "by its address" },
      { line: "praetor why 0199b5f2-7c54-7b7e-9f3f-6f0f1d2b3c4d --json", does: "with all evidence, for a program" },
    ],
    load: () => import("./why/run.ts"),
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
  ...secretsDefinitions,
  ...liveDefinitions,
  doctorDefinition,
  rotateDefinition,
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
