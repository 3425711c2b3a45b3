import { boolean, model, string } from "@praetor/wire";
import type { Databases } from "../database/index.ts";
import { systemStatement } from "../database/index.ts";
import { API_VERSION } from "./negotiation.ts";
import { reply, type Route, route } from "./route.ts";

const tag = "Root";
const Readiness = model<{ message: string }>("Readiness", { message: string() });

const ping = systemStatement<[], { alive: number }>("system.ping", "select 1 as alive");

async function reaches(databases: Databases): Promise<boolean> {
  try {
    const all = [databases.orion, databases.events, databases.nebula];
    await Promise.all(all.map((database) => database.system.first(ping)));
    return true;
  } catch {
    return false;
  }
}

/** What an operator and a client ask before anything else. Health says that the process lives, readiness that it can work. */
export function systemRoutes(databases: Databases): Route[] {
  return [
    route({
      method: "GET",
      path: "/health",
      permission: "anyone",
      tag,
      summary: "Whether the process lives",
      answers: { 200: boolean() },
      handle: async () => reply(200, true),
    }),
    route({
      method: "GET",
      path: "/ready",
      permission: "anyone",
      tag,
      summary: "Whether the databases can be reached",
      answers: { 200: Readiness, 503: Readiness },
      async handle() {
        return (await reaches(databases)) ? reply(200, { message: "OK" }) : reply(503, { message: "Database is not available" });
      },
    }),
    route({
      method: "GET",
      path: "/hello",
      permission: "authenticated",
      tag,
      summary: "Say hello",
      answers: { 200: string() },
      handle: async () => reply(200, "👋"),
    }),
    route({
      method: "GET",
      path: "/version",
      permission: "authenticated",
      tag,
      summary: "The version of the API's protocol",
      answers: { 200: string() },
      handle: async () => reply(200, API_VERSION),
    }),
  ];
}
