import { join } from "node:path";
import { expect } from "vitest";
import { type, type Typed } from "../../packages/server/src/cli/testing.ts";
import { testFolder } from "./chart.ts";
import type { Peers } from "./peers.ts";

/** The facts of an installation on real servers, and the command line to work with them. */
export interface Installation {
  /** Types `praetor secrets ...` in a folder where secrets.yaml is. */
  readonly secrets: (words: string) => Promise<Typed>;
  readonly path: (name: string) => string;
}

/** States the facts by which Pods reach the servers. */
export async function stateFacts(peers: Peers, variables: Readonly<Record<string, string>> = {}): Promise<Installation> {
  const folder = testFolder();
  const environment = { HOME: folder, SUPER: peers.superPassword, REDIS: peers.redis.password, ...variables };
  const secrets = (words: string) => type(`secrets ${words}`, { folder, environment });
  const database = `--database-host host.internal --database-port ${peers.postgres.port} --super-password env:SUPER`;
  expect(await secrets(`init ${database} --redis-password env:REDIS`)).toMatchObject({ outcome: "success" });
  return { secrets, path: (name) => join(folder, name) };
}
