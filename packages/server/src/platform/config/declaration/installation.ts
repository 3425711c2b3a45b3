import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { boolean, choice, optional, path, secret } from "../kinds.ts";
import { type Environment, setting } from "../setting.ts";

/**
 * The folder of an installation that names none, by the XDG base directory rule. For root it is a system folder: PostgreSQL
 * then runs as another user, who cannot enter root's home.
 */
export function defaultDataDir(environment: Environment, user = process.getuid?.()): string {
  const shared = environment.XDG_DATA_HOME;
  if (shared) return resolve(shared, "praetor");
  return user === 0 ? "/var/lib/praetor" : join(environment.HOME ?? homedir(), ".local", "share", "praetor");
}

export const root = {
  dataDir: setting({
    kind: path,
    default: (environment) => defaultDataDir(environment),
    defaultText: "~/.local/share/praetor, for root /var/lib/praetor",
    description: "Folder of this installation: the embedded PostgreSQL and its log.",
    aliases: ["PRAETOR_HOME"],
    option: "--data-dir",
  }),
  encryptionKey: setting({
    kind: optional(secret),
    default: null,
    defaultText: "one that is made on first use and kept in the database",
    description: "Fernet key (URL-safe base64 of 32 bytes) that encrypts the values of blocks.",
    aliases: ["ORION_ENCRYPTION_KEY"],
  }),
  metricsEnabled: setting({
    kind: boolean,
    default: true,
    description: "Serve Prometheus metrics at /api/metrics.",
    aliases: ["PREFECT_API_ENABLE_METRICS"],
  }),
  registerBlocksOnStart: setting({
    kind: boolean,
    default: true,
    description: "Register the built-in block types when the server starts.",
    aliases: ["PREFECT_API_BLOCKS_REGISTER_ON_START"],
  }),
};

export const logging = {
  level: setting({
    kind: choice(["trace", "debug", "info", "warn", "error", "fatal", "silent"], { warning: "warn", critical: "fatal" }),
    default: "warn",
    description: "Lowest level of log lines that are written.",
    aliases: ["PREFECT_LOGGING_SERVER_LEVEL"],
    option: "--log-level",
  }),
  format: setting({
    kind: choice(["auto", "json", "pretty"]),
    default: "auto",
    description: "Form of log lines; `auto` is `pretty` on a terminal and `json` elsewhere.",
    option: "--log-format",
  }),
};
