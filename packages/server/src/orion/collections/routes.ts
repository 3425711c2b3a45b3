import { jsonObject, JsonText, string } from "@praetor/wire";
import { apiError } from "../../platform/errors.ts";
import { reply, type Route, route } from "../../platform/http/index.ts";
import { WORKER_METADATA } from "./worker-kinds/index.ts";

const VIEWS: ReadonlyMap<string, JsonText> = new Map([["aggregate-worker-metadata", JsonText.of(WORKER_METADATA)]]);

/** What is known of the kinds of workers, for those who make a work pool. */
export function collectionRoutes(): Route[] {
  return [
    route({
      method: "GET",
      path: "/collections/views/{view}",
      permission: "see_work_pools",
      tag: "Collections",
      summary: "Read a view of the collections",
      params: { view: string() },
      answers: { 200: jsonObject() },
      async handle({ params }) {
        const content = VIEWS.get(params.view);
        if (content === undefined) throw apiError("collection_view_not_found", `View ${params.view} not found in registry`);
        return reply(200, content);
      },
    }),
  ];
}
