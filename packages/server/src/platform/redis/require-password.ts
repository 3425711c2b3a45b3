import type { Secret } from "@praetor/secrets";
import type { Redis } from "ioredis";
import { redisClient, type RedisEndpoint } from "../doctor/index.ts";

/** What became of the passwords of one Redis. */
export interface PasswordStep {
  readonly endpoint: Pick<RedisEndpoint, "host" | "port">;
  /** `refused`: it is not as it should be, and stays so until somebody does what the remedy says. */
  readonly action: "set" | "kept" | "refused";
  readonly reason?: string;
  readonly remedy?: string;
}

/**
 * Makes a Redis that lets everybody in ask for one of these passwords; of one that asks already nothing is changed. One server
 * may serve several roles, each with a password of its own.
 */
export async function requirePasswords(endpoint: RedisEndpoint, passwords: readonly Secret[]): Promise<PasswordStep> {
  const { host, port, username } = endpoint;
  const place = { host, port };
  if (username !== undefined) {
    const remedy = `make it there: ACL SETUSER ${username} on ~* &* +@all -@dangerous +info`;
    return (await letsIn(endpoint, passwords))
      ? { endpoint: place, action: "kept" }
      : { endpoint: place, action: "refused", reason: `the user ${username} cannot log in`, remedy };
  }
  const open = await session(endpoint);
  if (open === undefined) {
    if (await letsIn(endpoint, passwords)) return { endpoint: place, action: "kept" };
    const remedy = "give the password that it has, or correct host and port";
    return { endpoint: place, action: "refused", reason: "it cannot be reached, or has another password", remedy };
  }
  try {
    // The first password takes the user's permission to come without one.
    await open.call("ACL", "SETUSER", "default", "on", ...passwords.map((password) => `>${password.reveal()}`));
    return { endpoint: place, action: "set", ...(await keep(open)) };
  } catch {
    const remedy = "set requirepass in its configuration, with the value of the key";
    return { endpoint: place, action: "refused", reason: "it does not let its passwords be changed", remedy };
  } finally {
    open.disconnect();
  }
}

/** Writes the change where it outlives a restart, if the server has such a place. */
async function keep(redis: Redis): Promise<Pick<PasswordStep, "reason" | "remedy">> {
  try {
    await redis.call("CONFIG", "REWRITE");
    return {};
  } catch {
    const remedy = "put requirepass into its configuration, with the value of the key";
    return { reason: "it runs without a file of configuration, and forgets the password when it restarts", remedy };
  }
}

/** Whether every password opens it. */
async function letsIn(endpoint: RedisEndpoint, passwords: readonly Secret[]): Promise<boolean> {
  const sessions = await Promise.all(passwords.map((password) => session(endpoint, password)));
  for (const each of sessions) each?.disconnect();
  return sessions.every((each) => each !== undefined);
}

/** Undefined where the login is refused, or nobody answers. */
async function session({ host, port, tls, username }: RedisEndpoint, password?: Secret): Promise<Redis | undefined> {
  const redis = redisClient({ host, port, tls, ...(username !== undefined && { username }), ...(password && { password }) });
  redis.on("error", () => {});
  try {
    await redis.connect();
    await redis.ping();
    return redis;
  } catch {
    redis.disconnect();
    return undefined;
  }
}
