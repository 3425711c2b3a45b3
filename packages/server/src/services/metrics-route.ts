import type { Dependencies } from "../platform/dependencies.ts";
import { reply, type Route, route } from "../platform/http/index.ts";

/** What the server counts, for Prometheus; nothing when the operator does not want it served. */
export function metricsRoutes({ metrics, settings }: Pick<Dependencies, "metrics" | "settings">): Route[] {
  if (!settings.metricsEnabled) return [];
  const answer = { bare: "text", contentType: metrics.contentType } as const;
  return [
    route({
      method: "GET",
      path: "/metrics",
      permission: "authenticated",
      tag: "Root",
      summary: "Metrics of this server in Prometheus' text format",
      answers: { 200: answer },
      handle: async () => reply(200, await metrics.render()),
    }),
  ];
}
