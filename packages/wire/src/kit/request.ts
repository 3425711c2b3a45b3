import type { JsonSyntaxError } from "./json-reader.ts";
import { type Fields, keysOf } from "./model.ts";
import { PartsNode } from "./parts.ts";
import { fail, type Issue, type Node, nodeOf, type Parsed, type Schema, within } from "./schema.ts";

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

/** Parameters as they stand in a request: a text each, or several of the same name. */
export type GivenParameters = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Reads the parameters of a request's path, query or headers. Of several with one name the last counts, except for a list, which
 * takes all. Places begin with the kind.
 */
export function parseParameters<T>(place: "path" | "query" | "header", fields: Fields<T>, given: GivenParameters): Parsed<T> {
  const issues: Issue[] = [];
  let placed = 0;
  const values = [...keysOf(fields)].map(([key, node]) => {
    const value = readParameter(node, given[key], issues);
    within(issues, placed, key);
    placed = within(issues, placed, place);
    return [key, value];
  });
  return issues.length > 0 ? { ok: false, issues } : { ok: true, value: Object.fromEntries(values) as T };
}

function readParameter(node: Node<unknown>, given: GivenParameters[string], issues: Issue[]): unknown {
  if (given === undefined)
    return node.fallback === undefined ? fail(issues, "missing", "Field required", null) : node.fallback.make();
  if (node.isList()) return node.read(typeof given === "string" ? [given] : given, issues);
  return node.read(typeof given === "string" ? given : given.at(-1), issues);
}
