import { type Call, isObject, type Json, operationOf } from "./call.ts";
import type { Normaliser } from "./normalise.ts";

type Item = { readonly [key: string]: Json };
type SortKey = (item: Item) => Json;

const field =
  (...names: string[]): SortKey =>
  (item) =>
    names.map((name) => item[name]).find((value) => value !== undefined && value !== null) ?? null;
const byName = field("name");
/** Ids are chance, so that their order is none. */
const none: SortKey = () => 0;

const SORTS: Readonly<Record<string, SortKey>> = {
  ID_DESC: none,
  START_TIME_ASC: field("start_time", "expected_start_time", "timestamp"),
  START_TIME_DESC: field("start_time", "expected_start_time", "timestamp"),
  EXPECTED_START_TIME_ASC: field("expected_start_time"),
  EXPECTED_START_TIME_DESC: field("expected_start_time"),
  NAME_ASC: byName,
  NAME_DESC: byName,
  NEXT_SCHEDULED_START_TIME_ASC: field("next_scheduled_start_time"),
  END_TIME_DESC: field("end_time"),
  TIMESTAMP_ASC: field("timestamp"),
  TIMESTAMP_DESC: field("timestamp"),
  CREATED_DESC: field("created"),
  UPDATED_DESC: field("updated"),
  KEY_ASC: field("key"),
  KEY_DESC: field("key"),
};

const DEFAULT_SORT: Readonly<Record<string, string>> = {
  flows: "NAME_ASC",
  variables: "NAME_ASC",
  saved_searches: "NAME_ASC",
  logs: "TIMESTAMP_ASC",
};

/** The chart of runs does not show what its other orders go by. */
const SHOWN_BY_CHART = /^START_TIME_/;

/** By what the list of an answer is sorted; undefined where its order is a promise item by item. */
function sortKeyOf(call: Call): SortKey | undefined {
  const operation = operationOf(call);
  if (/concurrency_limits\/(?:increment|decrement)/.test(operation)) return none;
  if (/\/(?:history|dashboard\/counts)$/.test(call.path) && !call.path.startsWith("/ui/flow_runs")) return undefined;
  if (/\/(?:bulk_set_state|bulk_delete)$/.test(call.path)) return none;
  if (!/\/(?:filter|paginate|history|graph)$/.test(call.path) || call.path.endsWith("/input/filter")) return undefined;
  // both are sorted by name, which is unique
  if (call.path.endsWith("concurrency_limits/filter")) return undefined;
  const group = call.path.split("/")[1] ?? "";
  const asked = isObject(call.body) && typeof call.body["sort"] === "string" ? call.body["sort"] : undefined;
  const sort = asked ?? DEFAULT_SORT[group] ?? "ID_DESC";
  if (call.path === "/ui/flow_runs/history" && !SHOWN_BY_CHART.test(sort)) return none;
  return SORTS[sort] ?? none;
}

function isCut(call: Call): boolean {
  const body = isObject(call.body) ? call.body : {};
  return ["limit", "offset", "page"].some((key) => typeof body[key] === "number");
}

/** Made-up names sort by chance. */
const isChance = (key: Json): boolean => typeof key === "string" && /^[a-z]+-[a-z]+$/.test(key);

/**
 * An answer's list in an order that does not depend on chance: items that the sort does not tell apart are put in the
 * order of what they say. A page may cut through such items, so that of it only counts by what it is sorted.
 */
export function inOrder(call: Call, body: Json, normaliser: Normaliser): Json {
  if (isObject(body)) {
    return Object.fromEntries(
      Object.entries(body).map(([key, value]) => [
        key,
        Array.isArray(value) && ["results", "deleted", "limits"].includes(key) ? listInOrder(call, value, normaliser) : value,
      ]),
    );
  }
  if (typeof body === "string" && call.path.endsWith("/logs/download")) return linesInOrder(body, normaliser);
  return Array.isArray(body) ? listInOrder(call, body, normaliser) : body;
}

/** Lines of one moment, which stands first in each, come in any order. */
function linesInOrder(table: string, normaliser: Normaliser): string {
  const [head, ...lines] = table.split("\r\n");
  const told = lines.map((line) => ({ line, moment: line.split(",")[0] ?? "", said: normaliser.preview(line) }));
  const moments = [...new Set(told.map(({ moment }) => moment))];
  const within = (wanted: string) => told.filter(({ moment }) => moment === wanted);
  const sorted = moments.flatMap((moment) => within(moment).toSorted((one, other) => (one.said < other.said ? -1 : 1)));
  return [head, ...sorted.map(({ line }) => line)].join("\r\n");
}

function listInOrder(call: Call, list: Json[], normaliser: Normaliser): Json[] {
  if (/^\/\w+\/history$/.test(call.path)) return list.map(bucketInOrder);
  const sortKey = sortKeyOf(call);
  if (sortKey === undefined) return list;
  const found = list.map((item) => (isObject(item) ? sortKey(item) : 0));
  const chance = found.some(isChance) || (isCut(call) && normaliser.sawMadeUp && sortKey === byName);
  const keys = chance ? list.map(() => 0) : found;
  if (isCut(call)) return keys;
  const groups = list.map((item, index) => ({ item, group: groupOf(keys, index), said: normaliser.preview(item) }));
  return groups.toSorted((one, other) => one.group - other.group || (one.said < other.said ? -1 : 1)).map(({ item }) => item);
}

/** How many different keys come before. */
function groupOf(keys: readonly Json[], index: number): number {
  let group = 0;
  for (let at = 1; at <= index; at++) if (JSON.stringify(keys[at]) !== JSON.stringify(keys[at - 1])) group++;
  return group;
}

function bucketInOrder(bucket: Json): Json {
  if (!isObject(bucket) || !Array.isArray(bucket["states"])) return bucket;
  return { ...bucket, states: bucket["states"].toSorted((one, other) => (stateName(one) < stateName(other) ? -1 : 1)) };
}

const stateName = (state: Json): string => (isObject(state) ? JSON.stringify([state["state_type"], state["state_name"]]) : "");
