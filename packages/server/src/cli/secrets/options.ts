/** The options of every command that reaches a cluster. */
export const clusterOptions = [
  { option: "--namespace <name>", description: "The namespace in a cluster; unless given, the one of kubectl's configuration." },
  { option: "--context <name>", description: "The context of kubectl's configuration; unless given, the current one." },
  { option: "--kubeconfig <file>", description: "The configuration of kubectl, if it is not in its usual place." },
];

/** The options of every command that reads a set. */
export const fromOptions = [
  {
    option: "--from <place>",
    description: "Read the set from `cluster`, or from a path of a store, `vault:PATH` or `openbao:PATH`, instead of files.",
  },
  ...clusterOptions,
];

/** The options that state facts. */
export const factOptions = [
  { option: "--database-host <host>", description: "The host of PostgreSQL." },
  { option: "--database-port <port>", description: "Its port; 5432 unless given." },
  { option: "--replica-host <host>", description: "The host of its replica, if there is one." },
  { option: "--service-user <name>", description: "The role of the daily work; `prefect` unless given." },
  { option: "--service-password <reference>", description: "Where its password is; `generate` unless given." },
  { option: "--super-user <name>", description: "The role that makes databases; `postgres` unless given." },
  {
    option: "--super-password <reference>",
    description: "Where its password is, such as `env:PGPASSWORD` or `file:./password`.",
  },
  { option: "--redis-password <reference>", description: "Where the password of Redis is, if it asks for one." },
  { option: "--mail-password <reference>", description: "Where the password of the mail server is, if mail is sent." },
  { option: "--contract <name>", description: "`praetor` unless given, or `seed`." },
];
