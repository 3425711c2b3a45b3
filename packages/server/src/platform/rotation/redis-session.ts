import type { Secret } from "@praetor/secrets";
import { RotationError } from "@praetor/secrets/rotation";
import type { Redis } from "ioredis";
import { redisClient, type RedisEndpoint } from "../doctor/index.ts";

/** Opens one session. @throws RotationError where the login is refused or Redis cannot be reached; it does not say the password. */
export async function openRedis(
  { host, port, tls }: RedisEndpoint,
  login: { readonly username?: string; readonly password?: Secret },
): Promise<Redis> {
  const { username, password } = login;
  const redis = redisClient({ host, port, tls, ...(username !== undefined && { username }), ...(password && { password }) });
  redis.on("error", () => {});
  try {
    await redis.connect();
    await redis.ping();
    return redis;
  } catch {
    redis.disconnect();
    const remedy = "`praetor secrets doctor` says more. The same command goes on from here.";
    throw new RotationError("login_failed", `${host}:${port} does not let ${username ?? "the default user"} in.`, remedy);
  }
}
