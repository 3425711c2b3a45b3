import { type DestinationStream, type LevelWithSilent, type Logger, pino } from "pino";
import { prettyStream } from "./log-pretty.ts";

/** The log that everything writes to; a child carries what it is about: `log.child({ service: name })`. */
export type Log = Logger;

export interface LogOptions {
  readonly level: LevelWithSilent;
  readonly format: "json" | "pretty";
  /** Where lines go; standard error unless told, so that standard output stays the command's own answer. */
  readonly destination?: DestinationStream;
}

/**
 * Fields that carry credentials, wherever they stand in the first two levels of a line. `Secret` values hide themselves; this
 * is the second wall, for texts that came from outside: headers, URLs, errors of drivers.
 */
const credentials = [
  "authorization",
  "cookie",
  "password",
  "token",
  "api_key",
  "auth_string",
  "authString",
  "connection_url",
  "connectionUrl",
  "connectionString",
  "encryption_key",
];

const hidden = credentials.flatMap((field) => [field, `*.${field}`]);

/** Makes the log of a process. Lines are written at once: a line that waits in a buffer is lost when the process dies. */
export function createLog({ level, format, destination }: LogOptions): Log {
  const lines = destination ?? pino.destination({ fd: 2, sync: true });
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: hidden, censor: "[secret]" },
    },
    format === "pretty" ? prettyStream(lines) : lines,
  );
}

/** The form that the setting `logging.format` means on a stream that is, or is not, a terminal. */
export function logFormat(setting: "auto" | "json" | "pretty", terminal: boolean): "json" | "pretty" {
  if (setting !== "auto") return setting;
  return terminal ? "pretty" : "json";
}
