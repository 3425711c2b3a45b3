import { isUtf8 } from "node:buffer";
import { type Issue, JsonRefused, JsonSyntaxError, nodeOf, parseJson, type Schema } from "@praetor/wire";
import { apiError } from "../errors.ts";
import type { RawRequest } from "./request.ts";

/** Parses each declared path or query parameter; an absent one takes its default or is reported as missing. */
export function readFields(
  fields: Readonly<Record<string, Schema<unknown>>> | undefined,
  place: "path" | "query",
  given: Readonly<Record<string, unknown>>,
  issues: Issue[],
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(fields ?? {})) {
    const input = given[key];
    if (input === undefined) {
      const { fallback } = nodeOf(schema);
      if (fallback === undefined) issues.push({ type: "missing", loc: [place, key], msg: "Field required", input: null });
      else values[key] = fallback.make();
      continue;
    }
    const parsed = schema.parse(input);
    if (parsed.ok) values[key] = parsed.value;
    else issues.push(...parsed.issues.map((issue) => ({ ...issue, loc: [place, key, ...issue.loc] })));
  }
  return values;
}

/**
 * Parses the body. No body at all is `undefined` to the schema: bodies of several optional parts accept that.
 * @throws ApiError `body_unreadable` for bytes that are not UTF-8, and for bottomless nesting
 */
export function readBody<B>(schema: Schema<B>, request: RawRequest, issues: Issue[]): B | undefined {
  const { body } = request;
  const found: Issue[] = [];
  const input = body === undefined || body.length === 0 ? undefined : parseText(body, found);
  const parsed = found.length === 0 ? schema.parse(input) : undefined;
  if (parsed?.ok) return parsed.value;
  if (input === undefined && found.length === 0 && nodeOf(schema).label() !== "parts") {
    found.push({ type: "missing", loc: [], msg: "Field required", input: null });
  } else if (parsed !== undefined) found.push(...parsed.issues);
  issues.push(...found.map((issue) => ({ ...issue, loc: ["body", ...issue.loc] })));
  return undefined;
}

function parseText(body: Buffer, issues: Issue[]): unknown {
  if (!isUtf8(body)) throw apiError("body_unreadable");
  try {
    return parseJson(body.toString("utf8"));
  } catch (error) {
    if (error instanceof JsonRefused) throw apiError("body_unreadable");
    if (!(error instanceof JsonSyntaxError)) throw error;
    issues.push({
      type: "json_invalid",
      loc: [error.position],
      msg: "JSON decode error",
      input: {},
      ctx: { error: error.message },
    });
    return undefined;
  }
}
