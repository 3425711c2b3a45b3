/**
 * Starts a server for each configuration when the first scenario asks for it, and stops all at the end.
 *
 * The scenarios run in processes of their own; they ask over HTTP: `GET /basic%20auth` answers the address of that server.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { TestProject } from "vitest/node";
import { pythonExecutable } from "../../scripts/python.ts";
import { CONFIGURATIONS, type ConfigurationName } from "./configurations.ts";
import { startServer, type Server } from "./server.ts";

declare module "vitest" {
  interface ProvidedContext {
    servers: string;
  }
}

const isConfiguration = (name: string): name is ConfigurationName => Object.hasOwn(CONFIGURATIONS, name);

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  // Made here, so that no scenario's deadline pays for the installation.
  pythonExecutable("3.8.3");
  pythonExecutable("3.4.0");
  const servers = new Map<ConfigurationName, Promise<Server>>();
  const start = (name: ConfigurationName): Promise<Server> => {
    const server = servers.get(name) ?? startServer(CONFIGURATIONS[name]);
    servers.set(name, server);
    return server;
  };
  const office = createServer((request, response) => {
    const name = decodeURIComponent(request.url?.slice(1) ?? "");
    const server = isConfiguration(name) ? start(name) : Promise.reject(new Error(`no configuration ${name}`));
    server.then(
      ({ api }) => response.end(api),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(0, "127.0.0.1");
  await once(office, "listening");
  const address = office.address();
  project.provide("servers", `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
  return async () => {
    office.close();
    const started = await Promise.allSettled(Array.from(servers.values()));
    const stopped = await Promise.allSettled(
      started.flatMap((server) => (server.status === "fulfilled" ? [server.value.stop()] : [])),
    );
    const faults = stopped.flatMap((stop) => (stop.status === "rejected" ? [String(stop.reason)] : []));
    if (faults.length > 0) throw new Error(faults.join("\n"));
  };
}
