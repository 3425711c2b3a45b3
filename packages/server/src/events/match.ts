import {
  type EventAnyResourceFilter,
  type EventFilter,
  type EventNameFilter,
  type EventRelatedFilter,
  microseconds,
  type ReceivedEvent,
  RESOURCE_ID,
  RESOURCE_ROLE,
  type Resource,
  type ResourceSpecification,
} from "@praetor/wire";
import { matchesText, parseTextSearch } from "../platform/text-search.ts";
import { listed } from "./filter.ts";
import { fits, parsePattern } from "./glob.ts";

type Test<T> = (value: T) => boolean;

/** The filter as a test of events in memory; the same meaning as `eventCondition`. */
export function eventMatcher(filter: EventFilter): Test<ReceivedEvent> {
  const tests = [
    occurredTest(filter),
    membership(filter.id.id, (event: ReceivedEvent) => event.id),
    ...(filter.event ? nameTests(filter.event) : []),
    ...(filter.resource ? [primaryTest(filter.resource)] : []),
    ...listed(filter.related).map(relatedTest),
    ...listed(filter.any_resource).map(anyResourceTest),
    textTest(filter.text?.query ?? ""),
  ];
  return (event) => tests.every((test) => test(event));
}

function occurredTest({ occurred }: EventFilter): Test<ReceivedEvent> {
  const [since, until] = [microseconds(occurred.since), microseconds(occurred.until)];
  return (event) => {
    const at = microseconds(event.occurred);
    return since <= at && at <= until;
  };
}

/** Empty lists ask for nothing. */
function membership<T>(list: readonly string[] | null, read: (value: T) => string | undefined): Test<T> {
  if (!list?.length) return () => true;
  const members = new Set<string | undefined>(list);
  return (value) => members.has(read(value));
}

function prefixes<T>(list: readonly string[] | null, read: (value: T) => string): Test<T> {
  return list?.length ? (value) => list.some((prefix) => read(value).startsWith(prefix)) : () => true;
}

const nameOf = ({ event }: ReceivedEvent) => event;

function nameTests({ prefix, exclude_prefix, name, exclude_name }: EventNameFilter): Test<ReceivedEvent>[] {
  const tests = [prefixes(prefix, nameOf), membership(name, nameOf)];
  const negated = [
    ...(exclude_prefix?.length ? [prefixes(exclude_prefix, nameOf)] : []),
    ...(exclude_name?.length ? [membership(exclude_name, nameOf)] : []),
  ];
  return [...tests, ...negated.map((test) => (event: ReceivedEvent) => !test(event))];
}

const idOf = (labels: Resource) => labels[RESOURCE_ID] ?? "";
const roleOf = (labels: Resource) => labels[RESOURCE_ROLE];

function specified(specification: ResourceSpecification | null): Test<Resource> {
  const rows = Object.entries(specification ?? {}).map(([label, values]) => ({
    label,
    patterns: listed(values).map(parsePattern),
  }));
  return (labels) => rows.every(({ label, patterns }) => patterns.some((pattern) => fits(pattern, labels[label])));
}

function resourceTest({ id, id_prefix, labels }: EventAnyResourceFilter): Test<Resource> {
  const tests = [membership(id, idOf), prefixes(id_prefix, idOf), specified(labels)];
  return (resource) => tests.every((test) => test(resource));
}

function primaryTest(filter: EventAnyResourceFilter): Test<ReceivedEvent> {
  const test = resourceTest(filter);
  return ({ resource }) => test(resource);
}

function anyResourceTest(filter: EventAnyResourceFilter): Test<ReceivedEvent> {
  const test = resourceTest(filter);
  return ({ resource, related }) => test(resource) || related.some(test);
}

function relatedTest({ id, role, resources_in_roles, labels }: EventRelatedFilter): Test<ReceivedEvent> {
  const asksNothing = !id?.length && !role?.length && !resources_in_roles?.length && Object.keys(labels ?? {}).length === 0;
  if (asksNothing) return () => true;
  const pairs = resources_in_roles?.length ? resources_in_roles : undefined;
  const tests: Test<Resource>[] = [
    membership(id, idOf),
    membership(role, roleOf),
    (resource) => pairs?.some(([wanted, inRole]) => idOf(resource) === wanted && roleOf(resource) === inRole) ?? true,
    specified(labels),
  ];
  return ({ related }) => related.some((resource) => tests.every((test) => test(resource)));
}

function textTest(query: string): Test<ReceivedEvent> {
  const search = parseTextSearch(query);
  return (event) => matchesText(search, textOf(event));
}

/** What the text query searches: the same text as the stored columns give. */
function textOf({ event, resource, related, payload }: ReceivedEvent): string {
  return `${event} ${JSON.stringify(resource)} ${JSON.stringify(related)} ${payload.text}`;
}
