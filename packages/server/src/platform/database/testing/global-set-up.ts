import { readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatConnectionString } from "@praetor/secrets";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "../embedded/index.ts";
import { processExists } from "../embedded/processes.ts";
import { makeTemplate } from "./template.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The connection string of the cluster of this run. */
    postgres: string;
  }
}

const prefix = "praetor-test-";

/** Starts one throw-away cluster for the whole run; the answer stops it. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers();
  const dataFolder = join(tmpdir(), `${prefix}${process.pid}`);
  const server = await startEmbeddedPostgres({ dataFolder, durable: false });
  const renewTemplate = async () => {
    for (const failure of await makeTemplate(server.connection)) project.vitest.logger.error(failure.message);
  };
  await renewTemplate();
  project.onTestsRerun(renewTemplate);
  project.provide("postgres", formatConnectionString(server.connection).reveal());
  return async () => {
    await server.stop();
    rmSync(dataFolder, { recursive: true, force: true });
  };
}

/** The clusters of runs that were killed. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix) || processExists(Number(name.slice(prefix.length)))) continue;
    const dataFolder = join(tmpdir(), name);
    await startEmbeddedPostgres({ dataFolder, durable: false }).then(
      (server) => server.stop(),
      () => {},
    );
    rmSync(dataFolder, { recursive: true, force: true });
  }
}
