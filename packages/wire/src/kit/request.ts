import type { JsonSyntaxError } from "./json-reader.ts";
import { type Fields, keysOf } from "./model.ts";
import { PartsNode } from "./parts.ts";
import { INVALID, type Issue, nodeOf, type Parsed, type Schema, within } from "./schema.ts";

/** The issue of a body that is not JSON. */
export function jsonInvalid(error: JsonSyntaxError): Issue {
  return {
    type: "json_invalid",
    loc: ["body", error.position],
    msg: "JSON decode error",
    input: {},
    ctx: { error: error.message },
  };
}

/** Reads the body of a request: what parseJson gave, undefined when there was none. Places begin with "body". */
export function parseBody<T>(schema: Schema<T>, input: unknown): Parsed<T> {
  const node = nodeOf(schema);
  const isAbsent = (input === undefined || input === null) && !(node instanceof PartsNode);
  if (isAbsent && node.fallback) return { ok: true, value: node.fallback.make() };
  if (isAbsent) return { ok: false, issues: [{ type: "missing", loc: ["body"], msg: "Field required", input: null }] };
  const parsed = node.parse(input);
  if (!parsed.ok) within(parsed.issues, 0, "body");
  return parsed;
}

/** Reads the parameters of a query: the last value counts, except for lists, which take all. Places begin with "query". */
export function parseQuery<T>(fields: Fields<T>, search: URLSearchParams): Parsed<T> {
  const issues: Issue[] = [];
  const values = [...keysOf(fields)].map(([key, node]) => {
    const all = search.getAll(key);
    const from = issues.length;
    if (all.length === 0) {
      if (node.fallback) return [key, node.fallback.make()];
      issues.push({ type: "missing", loc: ["query", key], msg: "Field required", input: null });
      return [key, INVALID];
    }
    const value = node.read(takesList(node) ? all : all.at(-1), issues);
    if (value === INVALID) {
      within(issues, from, key);
      within(issues, from, "query");
    }
    return [key, value];
  });
  return issues.length > 0 ? { ok: false, issues } : { ok: true, value: Object.fromEntries(values) as T };
}

function takesList(node: { label(): string }): boolean {
  return /^(?:nullable\[)?(?:list|set)\[/.test(node.label());
}
