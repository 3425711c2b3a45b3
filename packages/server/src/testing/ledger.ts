import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";

/** Where a whole run of the tests writes down which routes there are and which were called; unset for a partial run. */
const FOLDER = "PRAETOR_ROUTE_LEDGER";

function write(page: "table" | "called", rows: Iterable<string>): void {
  const folder = process.env[FOLDER];
  if (folder !== undefined) appendFileSync(join(folder, page), [...rows, ""].join("\n"));
}

/** Writes down the routes of the table. */
export function enterTable(routes: readonly { readonly method: string; readonly path: string }[]): void {
  write(
    "table",
    routes.map(({ method, path }) => `${method} ${path}`),
  );
}

/** Writes down, when the application closes, each route that it answered. */
export function enterCalls(app: FastifyInstance): void {
  const called = new Set<string>();
  app.addHook("onResponse", (request, _reply, done) => {
    const { path } = request.routeOptions.config as { path?: string };
    if (path !== undefined) called.add(`${request.method} ${path}`);
    done();
  });
  app.addHook("onClose", (_app, done) => {
    write("called", called);
    done();
  });
}
