import { isUtf8 } from "node:buffer";
import {
  type GivenParameters,
  type Issue,
  jsonInvalid,
  JsonRefused,
  JsonSyntaxError,
  parseBody,
  parseJson,
  parseParameters,
  type Schema,
} from "@praetor/wire";
import { apiError } from "../errors.ts";
import { RequestInvalid } from "./request-invalid.ts";

/** Parses each declared path or query parameter; an absent one takes its default or is reported as missing. */
export function readFields(
  fields: Readonly<Record<string, Schema<unknown>>> | undefined,
  place: "path" | "query",
  given: GivenParameters,
  issues: Issue[],
): Record<string, unknown> {
  const parsed = parseParameters<Record<string, unknown>>(place, fields ?? {}, given);
  if (parsed.ok) return parsed.value;
  issues.push(...parsed.issues);
  return {};
}

/** Reads the body that `contentOf` gave. No body at all is `undefined` to the schema: bodies of several optional parts accept that. */
export function readBody<B>(schema: Schema<B>, content: unknown, issues: Issue[]): B | undefined {
  const parsed = parseBody(schema, content);
  if (parsed.ok) return parsed.value;
  issues.push(...parsed.issues);
  return undefined;
}

/**
 * Parses the body as JSON.
 * @throws RequestInvalid at once where it is not JSON: then nothing else of the request is reported
 * @throws ApiError `body_unreadable` for bytes that are not UTF-8, and for bottomless nesting
 */
export function contentOf(body: Buffer | undefined): unknown {
  if (body === undefined || body.length === 0) return undefined;
  if (!isUtf8(body)) throw apiError("body_unreadable");
  try {
    // a byte order mark is no part of the text
    return parseJson(body.toString("utf8").replace(/^\ufeff/, ""));
  } catch (error) {
    if (error instanceof JsonRefused) throw apiError("body_unreadable");
    if (error instanceof JsonSyntaxError) throw new RequestInvalid([jsonInvalid(error)], body);
    throw error;
  }
}
