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

const texts = () => optional(list(string()));

export const EventOccurredFilter = criteria<EventOccurredFilter>("EventOccurredFilter", {
  since: timestamp().default(startOfDefaultRange),
  until: timestamp().default(endOfDefaultRange),
});

export const EventNameFilter = criteria<EventNameFilter>("EventNameFilter", {
  prefix: texts(),
  exclude_prefix: texts(),
  name: texts(),
  exclude_name: texts(),
});

export const EventResourceFilter = criteria<EventResourceFilter>("EventResourceFilter", {
  id: texts(),
  id_prefix: texts(),
  labels: optional(ResourceSpecification),
  distinct: boolean().default(false),
});

export const EventRelatedFilter = criteria<EventRelatedFilter>("EventRelatedFilter", {
  id: texts(),
  role: texts(),
  resources_in_roles: optional(list(pair(string()))),
  labels: optional(ResourceSpecification),
});

export const EventAnyResourceFilter = criteria<EventAnyResourceFilter>("EventAnyResourceFilter", {
  id: texts(),
  id_prefix: texts(),
  labels: optional(ResourceSpecification),
});

export const EventIDFilter = criteria<EventFilter["id"]>("EventIDFilter", {
  id: optional(list(uuid())),
});

export const EventTextFilter = model<{ query: string }>(
  "EventTextFilter",
  {
    query: string({ maxLength: 200 }),
  },
  { extra: "forbid" },
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
  occurred: EventOccurredFilter.default(() => anyEvent().occurred),
  event: nullable(EventNameFilter).default(null),
  resource: nullable(EventResourceFilter).default(null),
  related: nullable(union([EventRelatedFilter, list(EventRelatedFilter)])).default(null),
  any_resource: nullable(union([EventAnyResourceFilter, list(EventAnyResourceFilter)])).default(null),
  id: EventIDFilter.default(() => ({ id: null })),
  text: nullable(EventTextFilter).default(null),
  order: EventOrder.default("DESC"),
});
