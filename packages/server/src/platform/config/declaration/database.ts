import { connectionString, driver } from "../connection-kinds.ts";
import { events, nebula, orion } from "./databases.ts";
import { boolean, integer, optional, seconds, secret, text } from "../kinds.ts";
import { setting } from "../setting.ts";

const part = (name: string) => [`PREFECT_API_DATABASE_${name}`];

export const database = {
  connectionUrl: setting({
    kind: optional(connectionString),
    default: null,
    defaultText: "the embedded PostgreSQL in the data folder",
    description: "PostgreSQL to use: `postgresql://user:password@host:port/name` (also `postgres://`, `postgresql+asyncpg://`).",
    aliases: part("CONNECTION_URL"),
    option: "--database-url",
  }),
  replicaUrl: setting({
    kind: optional(connectionString),
    default: null,
    description: "A replica of that PostgreSQL: reads that tolerate a little lag go there, and to the primary while it is away.",
  }),
  driver: setting({
    kind: optional(driver),
    default: null,
    description: "Only `postgresql+asyncpg`, as existing configurations say it; used with the five settings below.",
    aliases: part("DRIVER"),
  }),
  host: setting({
    kind: optional(text),
    default: null,
    description: "Host, when no connection URL is given.",
    aliases: part("HOST"),
  }),
  port: setting({
    kind: optional(integer({ minimum: 1, maximum: 65535 })),
    default: null,
    description: "Port of that host.",
    aliases: part("PORT"),
  }),
  user: setting({ kind: optional(text), default: null, description: "Role on that host.", aliases: part("USER") }),
  name: setting({ kind: optional(text), default: null, description: "Database on that host.", aliases: part("NAME") }),
  password: setting({
    kind: optional(secret),
    default: null,
    description: "Password of that role, as it is (not percent-encoded).",
    aliases: part("PASSWORD"),
  }),
  serviceUser: setting({
    kind: text,
    default: "prefect",
    description: "Role that set-up makes for the services, where no connection URL of the database names it.",
  }),
  migrateOnStart: setting({
    kind: boolean,
    default: true,
    description: "Bring the schema up to date when the server starts; otherwise an old schema refuses the start.",
    aliases: part("MIGRATE_ON_START"),
  }),
  timeout: setting({
    kind: seconds({ minimum: 0.1 }),
    default: 10,
    description: "Longest run of one statement.",
    aliases: part("TIMEOUT"),
  }),
  connectionTimeout: setting({
    kind: seconds({ minimum: 0.1 }),
    default: 5,
    description: "Longest wait for a connection.",
    aliases: part("CONNECTION_TIMEOUT"),
  }),
  poolSize: setting({
    kind: integer({ minimum: 1 }),
    default: 8,
    description: "Connections to each database.",
    aliases: ["PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE", "PREFECT_SQLALCHEMY_POOL_SIZE"],
  }),
  orion,
  events,
  nebula,
};
