import {
  json,
  JsonText,
  limit,
  list,
  Log,
  LogCreate,
  LogFilter,
  LogSort,
  offset,
  optional,
  parts,
  uuid,
  written,
} from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { checkLimit } from "../../platform/filter/index.ts";
import { csv, reply, type Route, route } from "../../platform/http/index.ts";
import { download } from "./download.ts";
import { LogIngest } from "./ingest.ts";
import { listLogs } from "./queries.ts";

const tag = "Logs";
const NOTHING = JsonText.of(null);

export function logRoutes(deps: Dependencies): Route[] {
  const ingest = new LogIngest(deps);
  const { orion, events } = deps.databases;
  return [
    route({
      method: "POST",
      path: "/logs/",
      permission: "run_flows",
      tag,
      summary: "Store log lines",
      body: list(LogCreate, { sequence: true }),
      answers: { 201: json() },
      async handle({ body, context }) {
        await ingest.accept(context.workspaceId, body);
        return reply(201, NOTHING);
      },
    }),
    route({
      method: "POST",
      path: "/logs/filter",
      permission: "see_flows",
      tag,
      summary: "List log lines",
      body: parts({ limit: limit(), offset: offset(), logs: optional(LogFilter), sort: LogSort.default("TIMESTAMP_ASC") }),
      answers: { 200: written(list(Log)) },
      async handle({ body, context }) {
        const asked = { ...body, limit: checkLimit(body.limit) };
        return reply(200, await listLogs(events.workspace(context.workspaceId), asked));
      },
    }),
    route({
      method: "GET",
      path: "/flow_runs/{id}/logs/download",
      permission: "see_flows",
      tag: "Flow Runs",
      summary: "Download what a flow run logged, as CSV",
      params: { id: uuid() },
      answers: { 200: csv },
      async handle({ params, context }) {
        const id = context.workspaceId;
        const { lines, disposition } = await download(orion.workspace(id), events.workspace(id), params.id);
        return reply(200, lines, { "content-disposition": disposition });
      },
    }),
  ];
}
