import { existsSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Secret } from "@praetor/secrets";
import { type Facts, placeName, type Passwords } from "@praetor/secrets/sets";
import { redisUses, secretsContract } from "@praetor/topology";
import { stringify } from "yaml";
import { type Endpoints, noEndpoints, reachPort, type RedisEndpoint } from "../../platform/doctor/index.ts";
import { requirePasswords } from "../../platform/redis/index.ts";
import type { Given } from "../definition.ts";
import { CommandError } from "../exit.ts";
import { endpointsFor } from "../secrets/endpoints.ts";
import { shownPath } from "../secrets/place.ts";
import type { Terminal } from "../terminal.ts";

const usualPort = 6379;

/** Where Redis, mail and sign-on are, and how that was found out. */
export interface Found {
  readonly endpoints: Endpoints;
  readonly how: string;
}

/**
 * As the options say; else as `endpoints.yaml` beside the facts does; else the Redis, if there is one, of the host of
 * PostgreSQL. What was not in a file is written to that one, for the next time.
 */
export async function findEndpoints(terminal: Terminal, given: Given, facts: Facts): Promise<Found> {
  const file = join(dirname(resolve(terminal.folder, given.options["--facts"] ?? "secrets.yaml")), "endpoints.yaml");
  const { "--endpoints": named, "--redis-host": host, "--redis-port": port } = given.options;
  if (named !== undefined) return { endpoints: endpointsFor(terminal, given), how: `as ${named} says` };
  if (host !== undefined) return written(file, { host, port: portFrom(port), tls: false });
  if (existsSync(file)) {
    const options = { ...given.options, "--endpoints": file };
    return { endpoints: endpointsFor(terminal, { ...given, options }), how: `as ${shownPath(terminal, file)} says` };
  }
  const beside = { host: facts.databases.orion.primary.host, port: portFrom(port), tls: false };
  if ((await reachPort(beside)).length > 0) {
    return { endpoints: noEndpoints, how: `none at ${beside.host}:${beside.port}; name it with --redis-host, if there is one` };
  }
  return written(file, beside);
}

function portFrom(text: string | undefined): number {
  if (text === undefined) return usualPort;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new CommandError("--redis-port is not a port.", "Write a number from 1 to 65535.", "usage");
}

function written(file: string, endpoint: RedisEndpoint): Found {
  const endpoints: Endpoints = { ...noEndpoints, redis: Object.fromEntries(redisUses.map(({ role }) => [role, endpoint])) };
  const { host, port, tls } = endpoint;
  writeFileSync(file, `# Where the parties are whose passwords the Secrets hold.\n${stringify({ redis: { host, port, tls } })}`);
  return { endpoints, how: `${host}:${port}, for every role` };
}

const said = { set: "asks for its passwords now", kept: "asks for its passwords", refused: "is left as it is" } as const;

/** Makes every Redis whose roles have passwords ask for them. */
export async function requireRedisPasswords(
  facts: Facts,
  passwords: Passwords,
  { redis }: Endpoints,
): Promise<string | undefined> {
  const byServer = new Map<string, { endpoint: RedisEndpoint; passwords: Secret[] }>();
  for (const entry of secretsContract(facts.contract).entries) {
    const endpoint = entry.kind === "redis" ? redis[entry.role] : undefined;
    const password = passwords.others.get(placeName(entry));
    if (endpoint === undefined || password === undefined || password.reveal() === "") continue;
    const server = `${endpoint.host}:${endpoint.port}`;
    const known = byServer.get(server) ?? { endpoint, passwords: [] };
    byServer.set(server, { endpoint, passwords: [...known.passwords, password] });
  }
  if (byServer.size === 0) return undefined;
  const steps = await Promise.all([...byServer.values()].map((each) => requirePasswords(each.endpoint, each.passwords)));
  return steps
    .map(({ endpoint: { host, port }, action, reason, remedy }) =>
      [`${host}:${port}: ${said[action]}`, reason, remedy].filter(Boolean).join("; "),
    )
    .join("; ");
}
