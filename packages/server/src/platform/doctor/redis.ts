import { randomUUID } from "node:crypto";
import { redisUses } from "@praetor/topology";
import { Redis } from "ioredis";
import type { Finding } from "../finding.ts";
import { codesOf, kindOf } from "./check.ts";
import type { RedisTarget } from "./targets.ts";

/** The oldest version that the platform runs on, and the one that it should. */
const oldest = [6, 2] as const;
const recommendedMajor = 7;

const found = ({ object, key }: RedisTarget, finding: Omit<Finding, "object" | "key">): Finding => ({ ...finding, object, key });

/** Logs in by the driver of the services, tries the commands that the role needs, and looks at how the server is set. */
export async function examineRedis(target: RedisTarget): Promise<Finding[]> {
  const redis = redisClient(target);
  // The driver tells a refused login and a lost socket here; the first is what the caller should hear.
  let told: Error | undefined;
  redis.on("error", (error: Error) => (told ??= error));
  try {
    await redis.connect();
    // A login that is refused does not fail the driver's connection, but the first command.
    await redis.ping();
    return [...(await serverFindings(redis, target)), ...(await rightsFindings(redis, target))];
  } catch (error) {
    return [refusal(target, told ?? error)];
  } finally {
    redis.disconnect();
  }
}

/** A client of the driver of the services, not connected yet. One attempt and no more: the driver would go on for ever. */
export function redisClient({ host, port, tls, username, password }: Omit<RedisTarget, "object" | "key" | "role">): Redis {
  return new Redis({
    host,
    port,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password: password.reveal() }),
    ...(tls && { tls: { servername: host } }),
    lazyConnect: true,
    connectTimeout: 5000,
    commandTimeout: 5000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false,
  });
}

function refusal(target: RedisTarget, error: unknown): Finding {
  const text = error instanceof Error ? error.message : "";
  if (/^WRONGPASS|invalid password/i.test(text)) {
    const remedy = "give the password that Redis has for this user, in requirepass or in its ACL";
    return found(target, { severity: "error", code: "redis_login_refused", message: "the password is refused", remedy });
  }
  if (/NOAUTH/.test(text)) {
    const remedy = `give the password under ${target.key} in ${target.object}`;
    return found(target, {
      severity: "error",
      code: "redis_login_missing",
      message: "Redis asks for a password and none is given",
      remedy,
    });
  }
  const message = `${target.host}:${target.port} cannot be used (${kindOf(error)})`;
  const remedy = codesOf(error).includes("ECONNREFUSED")
    ? "start Redis there, or correct host and port"
    : "check host, port and TLS: a server without TLS hangs up on a client that begins with it, and the other way round";
  return found(target, { severity: "error", code: "redis_unreachable", message, remedy });
}

async function serverFindings(redis: Redis, target: RedisTarget): Promise<Finding[]> {
  const info = parseInfo(await redis.info());
  return [
    ...versionFindings(target, info.get("redis_version") ?? ""),
    ...evictionFindings(target, info.get("maxmemory_policy") ?? "", Number(info.get("maxmemory") ?? 0)),
    ...clusterFindings(target, info),
    ...(await passwordFindings(target)),
  ];
}

function parseInfo(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).map((line) => line.split(":", 2));
  return new Map(lines.flatMap(([name, value]) => (name && value !== undefined ? [[name, value] as const] : [])));
}

function versionFindings(target: RedisTarget, version: string): Finding[] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major >= recommendedMajor) return [];
  const old = major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
  const message = `runs Redis ${version}; ${old ? `at least ${oldest.join(".")} is needed` : `${recommendedMajor} is recommended`}`;
  const [severity, code] = old ? (["error", "redis_version_unsupported"] as const) : (["note", "redis_version_old"] as const);
  return [found(target, { severity, code, message, remedy: `upgrade it to ${recommendedMajor} or later` })];
}

function evictionFindings(target: RedisTarget, policy: string, maximum: number): Finding[] {
  const lossless = redisUses.find(({ role }) => role === target.role)?.lossless ?? false;
  if (lossless && policy !== "noeviction") {
    const message = `evicts entries when memory is short (${policy}): what the role ${target.role} keeps is lost without any error`;
    const remedy = "set maxmemory-policy noeviction, or give the role a Redis of its own";
    return [found(target, { severity: "error", code: "redis_evicts", message, remedy })];
  }
  if (!lossless && policy === "noeviction" && maximum > 0) {
    const message = `refuses writes when its ${Math.round(maximum / 1_048_576)} MiB are full, instead of forgetting the oldest`;
    const remedy = "set maxmemory-policy allkeys-lru for the cache";
    return [found(target, { severity: "warning", code: "redis_cache_fills", message, remedy })];
  }
  return [];
}

function clusterFindings(target: RedisTarget, info: ReadonlyMap<string, string>): Finding[] {
  const remedy = "name a Redis that stands alone, or is kept by Sentinel behind one address";
  if (info.get("cluster_enabled") === "1") {
    const message = "runs in cluster mode, which the services do not speak: keys of other nodes are refused";
    return [found(target, { severity: "error", code: "redis_cluster_mode", message, remedy })];
  }
  if (info.get("role") === "slave") {
    const message = "is a replica: every write is refused";
    return [found(target, { severity: "error", code: "redis_read_only", message, remedy: "name the master" })];
  }
  return [];
}

/** Whether the door is open to all: a second connection that gives no password. */
async function passwordFindings(target: RedisTarget): Promise<Finding[]> {
  const { host, port, tls = false } = target;
  const stranger = redisClient({ host, port, tls });
  stranger.on("error", () => {});
  try {
    await stranger.connect();
    await stranger.ping();
  } catch {
    return [];
  } finally {
    stranger.disconnect();
  }
  const expected = target.password === undefined;
  const message = `lets anybody in who can reach it${expected ? "" : ", whatever password is given"}`;
  const remedy = "set requirepass, or switch the default user of its ACL off";
  return [found(target, { severity: expected ? "note" : "warning", code: "redis_open", message, remedy })];
}

/** What the roles do with it: values, streams with groups, messages, scripts. */
const attempts: readonly (readonly [command: string, ...rest: string[]])[] = [
  ["SET", "<key>", "1", "PX", "10000"],
  ["GET", "<key>"],
  ["DEL", "<key>"],
  ["XADD", "<key>", "*", "a", "1"],
  ["XGROUP", "CREATE", "<key>", "doctor", "$"],
  ["DEL", "<key>"],
  ["PUBLISH", "<key>", "1"],
  ["EVAL", "return redis.call('PING')", "0"],
];

async function rightsFindings(redis: Redis, target: RedisTarget): Promise<Finding[]> {
  const key = `praetor:doctor:${randomUUID()}`;
  const refused = new Set<string>();
  for (const [command, ...rest] of attempts) {
    try {
      await redis.call(command, ...rest.map((part) => (part === "<key>" ? key : part)));
    } catch (error) {
      if (error instanceof Error && error.message.startsWith("NOPERM")) refused.add(command);
    }
  }
  if (refused.size === 0) return [];
  const message = `the user may not run ${[...refused].join(", ")} on keys of the platform`;
  const remedy = "give the user ~* &* +@all -@dangerous +info in Redis's ACL";
  return [found(target, { severity: "error", code: "redis_rights_missing", message, remedy })];
}
