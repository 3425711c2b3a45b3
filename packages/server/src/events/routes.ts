import {
  anyEvent,
  enumeration,
  EventCount,
  EventFilter,
  EventPage,
  eventSchemas,
  integer,
  list,
  nullable,
  number,
  parts,
  string,
} from "@praetor/wire";
import type { Dependencies } from "../platform/dependencies.ts";
import { empty, noContent, reply, type RequestContext, type Route, route } from "../platform/http/index.ts";
import { checkBuckets, countByEvent, countByResource, countByTime, type Interval, TIME_UNITS } from "./count.ts";
import type { Ingest } from "./ingest.ts";
import { firstPage, MAXIMUM_PAGE, nextPage } from "./page.ts";
import { takeEvents } from "./take.ts";

const tag = "Events";
const Countable = enumeration("Countable", ["day", "time", "event", "resource"]);
const TimeUnit = enumeration("TimeUnit", TIME_UNITS);
const DAY: Interval = { unit: "day", length: 1 };

const nextAddress = ({ baseUrl }: RequestContext) => `${baseUrl}/events/filter/next`;

export function eventRoutes(deps: Dependencies, ingest: Ingest): Route[] {
  return [recordRoute(deps, ingest), ...queryRoutes(deps), countRoute(deps)];
}

function recordRoute(deps: Dependencies, ingest: Ingest): Route {
  const { Event } = eventSchemas(deps.settings.events);
  return route({
    method: "POST",
    path: "/events",
    permission: "manage_events",
    tag,
    summary: "Record events",
    body: list(Event),
    answers: { 204: empty },
    async handle({ body, context }) {
      await takeEvents(deps, ingest, context.workspaceId, body);
      return noContent();
    },
  });
}

const EventQuery = parts({
  filter: nullable(EventFilter).default(null).with({
    description: "Additional optional filter criteria to narrow down the set of Events",
  }),
  limit: integer({ ge: 0, le: MAXIMUM_PAGE }).default(MAXIMUM_PAGE).with({
    description: "The number of events to return with each page",
  }),
});

function queryRoutes({ databases }: Dependencies): Route[] {
  return [
    route({
      method: "POST",
      path: "/events/filter",
      permission: "see_events",
      tag,
      summary: "Query events",
      body: EventQuery,
      answers: { 200: EventPage },
      async handle({ body, context }) {
        const database = databases.events.workspace(context.workspaceId);
        return reply(200, await firstPage(database, body.filter ?? anyEvent(), body.limit, nextAddress(context)));
      },
    }),
    route({
      method: "GET",
      path: "/events/filter/next",
      permission: "see_events",
      tag,
      summary: "Read the next page of a query for events",
      query: { "page-token": string() },
      answers: { 200: EventPage },
      async handle({ query, context }) {
        const database = databases.events.workspace(context.workspaceId);
        return reply(200, await nextPage(database, query["page-token"], nextAddress(context)));
      },
    }),
  ];
}

function countRoute({ databases, clock }: Dependencies): Route {
  return route({
    method: "POST",
    path: "/events/count-by/{countable}",
    permission: "see_events",
    tag,
    summary: "Count events by time, name or resource",
    params: { countable: Countable },
    body: parts({ filter: EventFilter, time_unit: TimeUnit.default("day"), time_interval: number({ ge: 0.01 }).default(1) }),
    answers: { 200: list(EventCount) },
    async handle({ params: { countable }, body: { filter, time_unit, time_interval }, context }) {
      const database = databases.events.workspace(context.workspaceId);
      const interval: Interval = { unit: time_unit, length: time_interval };
      checkBuckets(filter, interval);
      if (countable === "event") return reply(200, await countByEvent(database, filter));
      if (countable === "resource") return reply(200, await countByResource(database, filter));
      const grouping = countable === "day" ? DAY : interval;
      return reply(200, await countByTime(database, filter, interval, grouping, clock.now()));
    },
  });
}
