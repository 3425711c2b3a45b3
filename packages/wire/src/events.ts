import {
  type Complaint,
  fromMicroseconds,
  integer,
  type JsonText,
  JsonText as Json,
  jsonObject,
  list,
  map,
  model,
  named,
  nullable,
  type Schema,
  string,
  type Timestamp,
  timestamp,
  uuid,
} from "./kit/index.ts";

/** The labels of something that an event concerns; `prefect.resource.id` is always among them. */
export type Resource = Record<string, string>;
/** A resource that an event also concerns; `prefect.resource.role` says how. */
export type RelatedResource = Resource;

export const RESOURCE_ID = "prefect.resource.id";
export const RESOURCE_ROLE = "prefect.resource.role";

/** What an installation allows of one event; the texts of refusals name these numbers. */
export interface EventLimits {
  readonly maximumLabelsPerResource: number;
  readonly maximumRelatedResources: number;
  readonly maximumEventNameLength: number;
}
export const DEFAULT_EVENT_LIMITS: EventLimits = {
  maximumLabelsPerResource: 500,
  maximumRelatedResources: 100,
  maximumEventNameLength: 1024,
};

/** Something that happened to a resource, as whoever saw it tells it. */
export interface Event {
  occurred: Timestamp;
  event: string;
  resource: Resource;
  related: RelatedResource[];
  payload: JsonText;
  id: string;
  /** The event that is known to have happened before this one. */
  follows: string | null;
}

/** An event with the moment at which the server took it. */
export interface ReceivedEvent extends Event {
  received: Timestamp;
}

function labelled(name: string, label: string, labels: Resource): string | undefined {
  const value = labels[label];
  if (value === undefined) return `${name} must include the ${label} label`;
  return value === "" ? `The ${label} label must be non-empty` : undefined;
}

function resourceComplaint(labels: Resource, limits: EventLimits): Complaint | undefined {
  const missing = labelled("Resources", RESOURCE_ID, labels);
  if (missing !== undefined) return missing;
  const most = limits.maximumLabelsPerResource;
  return Object.keys(labels).length > most ? `The maximum number of labels per resource is ${most}` : undefined;
}

const now = () => fromMicroseconds(Date.now() * 1000);
const emptyPayload = Json.of({});

/** What tasks print ends up in labels, and PostgreSQL holds no NUL characters: better an event without them than none. */
const text = string({ stripNul: true });

/** The schemas of events in an installation with the given limits. */
export function eventSchemas(limits: EventLimits) {
  const Resource: Schema<Resource> = named("Resource", map(text)).check((labels) => resourceComplaint(labels, limits));

  const RelatedResource: Schema<RelatedResource> = named("RelatedResource", map(text)).check(
    (labels) => resourceComplaint(labels, limits) ?? labelled("Related Resources", RESOURCE_ROLE, labels),
  );

  const tooMany = `The maximum number of related resources is ${limits.maximumRelatedResources}`;
  const tooLong = `Event name must be at most ${limits.maximumEventNameLength} characters`;
  const fields = {
    occurred: timestamp(),
    event: text.check((name) => (characters(name) > limits.maximumEventNameLength ? tooLong : undefined)),
    resource: Resource,
    related: list(RelatedResource)
      .check((related) => (related.length > limits.maximumRelatedResources ? tooMany : undefined))
      .default(() => []),
    payload: jsonObject().default(() => emptyPayload),
    id: uuid(),
    follows: nullable(uuid()).default(null),
  };
  return {
    Resource,
    RelatedResource,
    Event: model<Event>("Event", fields),
    ReceivedEvent: model<ReceivedEvent>("ReceivedEvent", {
      ...fields,
      received: timestamp().default(now),
    }),
  };
}

/** Python counts code points where JavaScript counts UTF-16 units. */
function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

export const { Resource, RelatedResource, Event, ReceivedEvent } = eventSchemas(DEFAULT_EVENT_LIMITS);

/** One page of events and the address of the next. */
export interface EventPage {
  events: ReceivedEvent[];
  total: number;
  next_page: string | null;
}
export const EventPage = model<EventPage>("EventPage", {
  events: list(ReceivedEvent),
  total: integer(),
  next_page: nullable(string().with({ extra: { format: "uri", minLength: 1 } })),
});

/** How many events share a value: a name, a resource, a span of time. */
export interface EventCount {
  value: string;
  label: string;
  count: number;
  start_time: Timestamp;
  end_time: Timestamp;
}
export const EventCount = model<EventCount>("EventCount", {
  value: string(),
  label: string(),
  count: integer(),
  start_time: timestamp(),
  end_time: timestamp(),
});
