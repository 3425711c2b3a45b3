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
  const Resource: Schema<Resource> = named("Resource", map(text), {
    description: "An observable business object of interest to the user",
  }).check((labels) => resourceComplaint(labels, limits));

  const RelatedResource: Schema<RelatedResource> = named("RelatedResource", map(text), {
    description: "A Resource with a specific role in an Event",
  }).check((labels) => resourceComplaint(labels, limits) ?? labelled("Related Resources", RESOURCE_ROLE, labels));

  const tooMany = `The maximum number of related resources is ${limits.maximumRelatedResources}`;
  const tooLong = `Event name must be at most ${limits.maximumEventNameLength} characters`;
  const fields = {
    occurred: timestamp().with({ description: "When the event happened from the sender's perspective" }),
    event: text
      .with({ description: "The name of the event that happened" })
      .check((name) => (characters(name) > limits.maximumEventNameLength ? tooLong : undefined)),
    resource: Resource.with({ description: "The primary Resource this event concerns" }),
    related: list(RelatedResource)
      .with({ description: "A list of additional Resources involved in this event" })
      .check((related) => (related.length > limits.maximumRelatedResources ? tooMany : undefined))
      .default(() => []),
    payload: jsonObject()
      .with({ description: "An open-ended set of data describing what happened" })
      .default(() => emptyPayload),
    id: uuid().with({ description: "The client-provided identifier of this event" }),
    follows: nullable(uuid()).default(null).with({
      description:
        "The ID of an event that is known to have occurred prior to this one. If set, this may be used to establish a more precise ordering of causally-related events when they occur close enough together in time that the system may receive them out-of-order.",
    }),
  };
  return {
    Resource,
    RelatedResource,
    Event: model<Event>("Event", fields, {
      description: "The client-side view of an event that has happened to a Resource",
    }),
    ReceivedEvent: model<ReceivedEvent>(
      "ReceivedEvent",
      {
        ...fields,
        received: timestamp().default(now).with({ description: "When the event was received by Prefect Cloud" }),
      },
      {
        description: "The server-side view of an event that has happened to a Resource after it has\nbeen received by the server",
      },
    ),
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
export const EventPage = model<EventPage>(
  "EventPage",
  {
    events: list(ReceivedEvent).with({ description: "The Events matching the query" }),
    total: integer().with({ description: "The total number of matching Events" }),
    next_page: nullable(string().with({ extra: { format: "uri", minLength: 1 } })).with({
      description: "The URL for the next page of results, if there are more",
    }),
  },
  { description: "A single page of events returned from the API, with an optional link to the\nnext page of results" },
);

/** How many events share a value: a name, a resource, a span of time. */
export interface EventCount {
  value: string;
  label: string;
  count: number;
  start_time: Timestamp;
  end_time: Timestamp;
}
export const EventCount = model<EventCount>(
  "EventCount",
  {
    value: string().with({ description: "The value to use for filtering" }),
    label: string().with({ description: "The value to display for this count" }),
    count: integer().with({ description: "The count of matching events" }),
    start_time: timestamp().with({ description: "The start time of this group of events" }),
    end_time: timestamp().with({ description: "The end time of this group of events" }),
  },
  { description: "The count of events with the given filter value" },
);
