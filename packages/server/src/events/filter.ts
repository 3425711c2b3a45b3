import {
  type EventAnyResourceFilter,
  type EventFilter,
  type EventNameFilter,
  type EventRelatedFilter,
  RESOURCE_ID,
  RESOURCE_ROLE,
  type ResourceSpecification,
} from "@praetor/wire";
import { Fragment, sql } from "../platform/database/index.ts";
import { combine, type Condition, every } from "../platform/filter/index.ts";
import { parseTextSearch, textCondition } from "../platform/text-search.ts";
import { parsePattern, patternCondition } from "./glob.ts";
import { indexable, LONGEST_PREFIX } from "./indexable.ts";

// `match.ts` says the same of events in memory; one suite holds both to one table. Empty lists ask for nothing.

const EVENT_TEXT = sql`(e.event || ' ' || e.resource::text || ' ' || e.related::text || ' ' || e.payload::text)`;
const ID = sql`${RESOURCE_ID}::text`;
const ROLE = sql`${RESOURCE_ROLE}::text`;

/** The filter as a condition on `events.event as e`. */
export function eventCondition(filter: EventFilter): Fragment {
  const { occurred, id } = filter;
  return every([
    sql`e.occurred between ${occurred.since}::timestamptz and ${occurred.until}::timestamptz`,
    id.id?.length ? sql`e.id = any(${id.id}::uuid[])` : undefined,
    filter.event ? nameCondition(filter.event) : undefined,
    filter.resource ? primaryCondition(filter.resource) : undefined,
    ...listed(filter.related).map(relatedCondition),
    ...listed(filter.any_resource).map(anyResourceCondition),
    filter.text ? textCondition(parseTextSearch(filter.text.query), EVENT_TEXT) : undefined,
  ]);
}

/** One criterion or several; several must all hold, each perhaps by another resource. */
export function listed<T>(criteria: T | T[] | null): T[] {
  if (criteria === null) return [];
  return Array.isArray(criteria) ? criteria : [criteria];
}

function nameCondition({ prefix, exclude_prefix, name, exclude_name }: EventNameFilter): Fragment {
  return every([
    prefix?.length
      ? combine(
          "or_",
          prefix.map((text) => hasPrefix(sql`e.event`, text)),
        )
      : undefined,
    exclude_prefix?.length
      ? sql`not ${combine(
          "or_",
          exclude_prefix.map((text) => hasPrefix(sql`e.event`, text)),
        )}`
      : undefined,
    name?.length ? sql`e.event = any(${name}::text[])` : undefined,
    exclude_name?.length ? sql`e.event <> all(${exclude_name}::text[])` : undefined,
  ]);
}

/** A range, because the planner cannot turn a pattern that is a parameter into one. The last character sorts last. */
function hasPrefix(column: Fragment, prefix: string): Fragment {
  return sql`(${column} >= ${prefix}::text and ${column} < ${`${prefix}\u{10ffff}`}::text)`;
}

function primaryCondition({ id, id_prefix, labels }: EventAnyResourceFilter): Condition {
  const conditions = [
    id?.length ? sql`e.resource_id = any(${id.map(indexable)}::text[])` : undefined,
    id_prefix?.length ? combine("or_", id_prefix.map(primaryPrefix)) : undefined,
    labels ? specified(sql`e.resource`, labels) : undefined,
  ];
  return conditions.some(Boolean) ? every(conditions) : undefined;
}

function primaryPrefix(prefix: string): Fragment {
  if (prefix.length <= LONGEST_PREFIX) return hasPrefix(sql`e.resource_id`, prefix);
  return sql`starts_with(e.resource ->> ${ID}, ${prefix}::text)`;
}

/** Every label must have one of its values; a label with an empty list has none. */
function specified(labels: Fragment, specification: ResourceSpecification): Condition {
  const rows = Object.entries(specification);
  if (rows.length === 0) return undefined;
  return every(
    rows.map(([label, values]) => {
      const column = sql`(${labels} ->> ${label}::text)`;
      const allowed = listed(values).map((value) => patternCondition(column, parsePattern(value)));
      return allowed.length > 0 ? combine("or_", allowed) : sql`false`;
    }),
  );
}

function relatedCondition({ id, role, resources_in_roles, labels }: EventRelatedFilter): Condition {
  const found = [
    id?.length ? sql`(r.labels ->> ${ID}) = any(${id}::text[])` : undefined,
    role?.length ? sql`(r.labels ->> ${ROLE}) = any(${role}::text[])` : undefined,
    resources_in_roles?.length ? combine("or_", resources_in_roles.map(inRole)) : undefined,
    labels ? specified(sql`r.labels`, labels) : undefined,
  ];
  if (!found.some(Boolean)) return undefined;
  return every([
    id?.length ? hasRelated(id) : undefined,
    resources_in_roles?.length ? hasRelated(resources_in_roles.map(([resource]) => resource)) : undefined,
    someRelated(every(found)),
  ]);
}

function inRole([id, role]: [string, string]): Fragment {
  return sql`((r.labels ->> ${ID}) = ${id}::text and (r.labels ->> ${ROLE}) = ${role}::text)`;
}

/** Found through the index; what else is asked of the same resource is then looked up in its labels. */
function hasRelated(ids: readonly string[]): Fragment {
  return sql`e.related_ids && ${ids.map(indexable)}::text[]`;
}

function someRelated(condition: Fragment): Fragment {
  return sql`exists (select from json_array_elements(e.related) as r (labels) where ${condition})`;
}

function anyResourceCondition(filter: EventAnyResourceFilter): Condition {
  const primary = primaryCondition(filter);
  if (primary === undefined) return undefined;
  const { id, id_prefix, labels } = filter;
  const onlyId = !id_prefix?.length && Object.keys(labels ?? {}).length === 0;
  const related = every([id?.length ? hasRelated(id) : undefined, onlyId ? undefined : someRelated(anyRelated(filter))]);
  return combine("or_", [primary, related]);
}

function anyRelated({ id, id_prefix, labels }: EventAnyResourceFilter): Fragment {
  const prefixed = (prefix: string) => sql`starts_with(r.labels ->> ${ID}, ${prefix}::text)`;
  return every([
    id?.length ? sql`(r.labels ->> ${ID}) = any(${id}::text[])` : undefined,
    id_prefix?.length ? combine("or_", id_prefix.map(prefixed)) : undefined,
    labels ? specified(sql`r.labels`, labels) : undefined,
  ]);
}
