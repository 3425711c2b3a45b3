import { connectionString } from "../connection-kinds.ts";
import { optional, secret } from "../kinds.ts";
import { setting } from "../setting.ts";

const url = (description: string) => setting({ kind: optional(connectionString), default: null, description });

/** The connection strings of one of the three databases, each as the Secrets of an installation give it. */
const connections = (name: string) => ({
  connectionUrl: url(
    `The ${name} database's primary, as the service role. Given for one of the three databases, it is needed for each.`,
  ),
  replicaUrl: url(`A replica of the ${name} database, as the service role: reads that tolerate a little lag go there.`),
  migrationUrl: url(`The ${name} database as a superuser, for \`praetor database migrate ${name}\`.`),
  setupUrl: url(`The database \`postgres\` of that server as a superuser, for \`praetor database setup ${name}\`.`),
  servicePassword: setting({
    kind: optional(secret),
    default: null,
    defaultText: "the password of the connection URL",
    description: "Password that set-up gives the service role, as it is (not percent-encoded).",
  }),
});

export const orion = connections("orion");
export const nebula = connections("nebula");
export const events = {
  ...connections("events"),
  partitionUrl: url("The events database as a superuser, for `praetor database partition`; without it the migration's URL."),
};
