import type { Database } from "@praetor/topology";
import type { Finding } from "../finding.ts";
import type { ServerFacts } from "./server-facts.ts";

/** PostgreSQL versions that the platform runs on, and the one that it should. */
const oldestMajor = 14;
const recommendedMajor = 17;
/** Seconds of clocks: tokens and schedules are wrong beyond the first, and everything beyond the second. */
const clockWarning = 2;
const clockLimit = 30;
/** Seconds that a replica may be behind. */
const lagWarning = 10;
const lagLimit = 300;

export interface Subject {
  readonly server: Database;
  readonly instance: "primary" | "replica";
}

const found = ({ server, instance }: Subject, finding: Omit<Finding, "object">): Finding => ({
  object: `${server} ${instance}`,
  ...finding,
});

/** Version, clock and flags of one server. */
export function serverFindings(subject: Subject, facts: ServerFacts): Finding[] {
  return [...versionFindings(subject, facts), ...clockFindings(subject, facts), ...flagFindings(subject, facts)];
}

function versionFindings(subject: Subject, { version }: ServerFacts): Finding[] {
  const major = Math.floor(version / 10_000);
  if (major >= recommendedMajor) return [];
  const old = major < oldestMajor;
  const message = `runs PostgreSQL ${major}; ${old ? `at least ${oldestMajor} is needed` : `${recommendedMajor} is recommended`}`;
  return [
    found(subject, {
      severity: old ? "error" : "note",
      code: old ? "version_unsupported" : "version_old",
      key: "server_version",
      message,
      remedy: `upgrade the server to ${recommendedMajor} or later`,
    }),
  ];
}

function clockFindings(subject: Subject, { clockAhead, clockError }: ServerFacts): Finding[] {
  const off = Math.max(Math.abs(clockAhead) - clockError, 0);
  if (off < clockWarning) return [];
  const direction = clockAhead > 0 ? "ahead of" : "behind";
  const message = `its clock is ${off.toFixed(1)} s ${direction} the clock here: schedules, leases and sessions go by both`;
  const severity = off >= clockLimit ? "error" : "warning";
  return [
    found(subject, {
      severity,
      code: "clock_skew",
      key: "clock",
      message,
      remedy: "let both machines follow one time server (NTP)",
    }),
  ];
}

function flagFindings(subject: Subject, { flags }: ServerFacts): Finding[] {
  if (flags.length === 0) return [];
  const list = flags.map(([name, value, wanted]) => `${name} is ${value ?? "not set"}, not ${wanted}`);
  const remedy = `praetor database setup ${subject.server}, or set them in the server's configuration`;
  return [
    found(subject, { severity: "note", code: "flags_differ", key: flags[0]?.[0] ?? null, message: list.join("; "), remedy }),
  ];
}

const error = (subject: Subject, code: string, message: string, remedy: string): Finding[] => [
  found(subject, { severity: "error", code, key: null, message, remedy }),
];

/** Whether each of a pair is what the services take it for, and how far the replica is behind. */
export function pairFindings(server: Database, primary: ServerFacts, replica: ServerFacts, sameAddress: boolean): Finding[] {
  const [first, second] = [{ server, instance: "primary" } as const, { server, instance: "replica" } as const];
  if (primary.standby && !replica.standby) {
    const message = "primary and replica are swapped: writes go to the server that only reads";
    return error(first, "primary_and_replica_swapped", message, "swap the two hosts in the facts");
  }
  if (primary.standby) {
    const remedy = "name the server that takes writes, or promote this one";
    return error(first, "primary_is_standby", "is in recovery: every write is refused", remedy);
  }
  if (sameAddress) {
    const message = "is the primary itself: its reads take nothing off the primary";
    const remedy = "nothing, if there is no replica; else name its host";
    return [found(second, { severity: "note", code: "no_replica", key: null, message, remedy })];
  }
  if (primary.system !== replica.system) {
    const message =
      "belongs to another system than the primary: its rows are not the primary's, and readers get them without any error";
    return error(second, "replica_of_another_system", message, "name a standby of this primary");
  }
  if (!replica.standby) {
    const message = "is no standby (any more): it was promoted, and nothing new reaches it";
    return error(second, "replica_promoted", message, "make it a standby again, or name another");
  }
  return lagFindings(second, primary, replica);
}

function lagFindings(subject: Subject, primary: ServerFacts, replica: ServerFacts): Finding[] {
  const bytes = primary.position - replica.position;
  const seconds = replica.replayedSecondsAgo;
  if (bytes <= 0 || seconds === undefined || seconds < lagWarning) return [];
  const message = `is ${Math.round(seconds)} s and ${size(bytes)} behind the primary${replica.replaying ? "" : ", and receives nothing"}`;
  const remedy = replica.replaying
    ? "look for long queries that hold up replay, for recovery_min_apply_delay, and for slow disks"
    : "look at its log: the connection to the primary, its password, and log that the primary no longer has";
  return [
    found(subject, { severity: seconds >= lagLimit ? "error" : "warning", code: "replica_lags", key: null, message, remedy }),
  ];
}

const size = (bytes: number): string =>
  bytes < 1_048_576 ? `${Math.ceil(bytes / 1024)} KiB` : `${Math.round(bytes / 1_048_576)} MiB`;

/** Connections that one process opens to a database at most: the shared ones and those of its own. */
export const connectionsOfProcess = 12;

/** Whether the server takes as many connections as the services will open; `processes` hold a string for it. */
export function connectionFindings(subject: Subject, facts: ServerFacts, processes: number): Finding[] {
  const needed = processes * connectionsOfProcess;
  if (needed <= facts.connections) return [];
  const message = `takes ${facts.connections} connections; ${processes} services with one process each open up to ${needed}`;
  const remedy = `set max_connections to at least ${needed + 20}, or lower PRAETOR_DATABASE_POOL_SIZE`;
  return [found(subject, { severity: "warning", code: "connections_short", key: "max_connections", message, remedy })];
}
