import { criteria, optional } from "./filters.ts";
import {
  boolean,
  enumeration,
  fromMicroseconds,
  type Infer,
  list,
  map,
  model,
  named,
  nullable,
  pair,
  string,
  type Timestamp,
  timestamp,
  union,
  uuid,
} from "./kit/index.ts";

/** Labels and what their values may be: a pattern, or any of a list of patterns. */
export type ResourceSpecification = Record<string, string | string[]>;
export const ResourceSpecification = named("ResourceSpecification", map(union([string(), list(string())])));

export interface EventOccurredFilter {
  since: Timestamp;
  until: Timestamp;
}
export interface EventNameFilter {
  prefix: string[] | null;
  exclude_prefix: string[] | null;
  name: string[] | null;
  exclude_name: string[] | null;
}
export interface EventAnyResourceFilter {
  id: string[] | null;
  id_prefix: string[] | null;
  labels: ResourceSpecification | null;
}
export interface EventResourceFilter extends EventAnyResourceFilter {
  /** Only the newest (or, ascending, the oldest) event of each resource. */
  distinct: boolean;
}
export interface EventRelatedFilter {
  id: string[] | null;
  role: string[] | null;
  /** Pairs of resource id and role; any one will do. */
  resources_in_roles: [string, string][] | null;
  labels: ResourceSpecification | null;
}

export const EventOrder = enumeration("EventOrder", ["ASC", "DESC"]);
export type EventOrder = Infer<typeof EventOrder>;

/** What a query for events or a subscription asks for. Empty lists ask for nothing in particular. */
export interface EventFilter {
  occurred: EventOccurredFilter;
  event: EventNameFilter | null;
  resource: EventResourceFilter | null;
  related: EventRelatedFilter | EventRelatedFilter[] | null;
  any_resource: EventAnyResourceFilter | EventAnyResourceFilter[] | null;
  id: { id: string[] | null };
  text: { query: string } | null;
  order: EventOrder;
}

const DAY_MILLISECONDS = 86_400_000;
const DEFAULT_DAYS = 180;

function startOfDefaultRange(): Timestamp {
  const today = Math.floor(Date.now() / DAY_MILLISECONDS) * DAY_MILLISECONDS;
  return fromMicroseconds((today - DEFAULT_DAYS * DAY_MILLISECONDS) * 1000);
}

/** The last microsecond of this millisecond: what happened just now is not after it. */
function endOfDefaultRange(): Timestamp {
  return fromMicroseconds(Date.now() * 1000 + 999);
}

const about = (description: string) => ({ description });
const texts = (description: string) => optional(list(string())).with(about(description));

export const EventOccurredFilter = criteria<EventOccurredFilter>("EventOccurredFilter", {
  since: timestamp().default(startOfDefaultRange).with(about("Only include events after this time (inclusive)")),
  until: timestamp().default(endOfDefaultRange).with(about("Only include events prior to this time (inclusive)")),
});

export const EventNameFilter = criteria<EventNameFilter>("EventNameFilter", {
  prefix: texts("Only include events matching one of these prefixes"),
  exclude_prefix: texts("Exclude events matching one of these prefixes"),
  name: texts("Only include events matching one of these names exactly"),
  exclude_name: texts("Exclude events matching one of these names exactly"),
});

export const EventResourceFilter = criteria<EventResourceFilter>("EventResourceFilter", {
  id: texts("Only include events for resources with these IDs"),
  id_prefix: texts("Only include events for resources with IDs starting with these prefixes."),
  labels: optional(ResourceSpecification).with(about("Only include events for resources with these labels")),
  distinct: boolean().default(false).with(about("Only include events for distinct resources")),
});

export const EventRelatedFilter = criteria<EventRelatedFilter>("EventRelatedFilter", {
  id: texts("Only include events for related resources with these IDs"),
  role: texts("Only include events for related resources in these roles"),
  resources_in_roles: optional(list(pair(string()))).with(
    about("Only include events with specific related resources in specific roles"),
  ),
  labels: optional(ResourceSpecification).with(about("Only include events for related resources with these labels")),
});

export const EventAnyResourceFilter = criteria<EventAnyResourceFilter>("EventAnyResourceFilter", {
  id: texts("Only include events for resources with these IDs"),
  id_prefix: texts("Only include events for resources with IDs starting with these prefixes"),
  labels: optional(ResourceSpecification).with(about("Only include events for related resources with these labels")),
});

export const EventIDFilter = criteria<EventFilter["id"]>("EventIDFilter", {
  id: optional(list(uuid())).with(about("Only include events with one of these IDs")),
});

export const EventTextFilter = model<{ query: string }>(
  "EventTextFilter",
  {
    query: string({ maxLength: 200 }).with({
      description: "Text search query string",
      examples: ["error", "error -debug", '"connection timeout"', "+required -excluded"],
    }),
  },
  { extra: "forbid", description: "Filter by text search across event content." },
);

/** A filter that asks for everything of the default range. */
export function anyEvent(): EventFilter {
  return {
    occurred: { since: startOfDefaultRange(), until: endOfDefaultRange() },
    event: null,
    resource: null,
    related: null,
    any_resource: null,
    id: { id: null },
    text: null,
    order: "DESC",
  };
}

export const EventFilter = criteria<EventFilter>("EventFilter", {
  occurred: EventOccurredFilter.default(() => anyEvent().occurred).with(about("Filter criteria for when the events occurred")),
  event: nullable(EventNameFilter).default(null).with(about("Filter criteria for the event name")),
  resource: nullable(EventResourceFilter).default(null).with(about("Filter criteria for the resource of the event")),
  related: nullable(union([EventRelatedFilter, list(EventRelatedFilter)]))
    .default(null)
    .with(about("Filter criteria for the related resources of the event")),
  any_resource: nullable(union([EventAnyResourceFilter, list(EventAnyResourceFilter)]))
    .default(null)
    .with(about("Filter criteria for any resource involved in the event")),
  id: EventIDFilter.default(() => ({ id: null })).with(about("Filter criteria for the events' ID")),
  text: nullable(EventTextFilter).default(null).with(about("Filter criteria for text search across event content")),
  order: EventOrder.default("DESC").with(about("The order to return filtered events")),
});
