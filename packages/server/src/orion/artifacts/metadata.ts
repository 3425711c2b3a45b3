import { JsonText, type Schema, map, parseJson, string } from "@praetor/wire";

const MAXIMUM_LENGTH = 500;
const schema: Schema<Record<string, string>> = map(string());

/** Metadata as it is kept: long values are cut, and an ellipsis says so. */
export function keptMetadata(metadata: Readonly<Record<string, string>> | null): JsonText | null {
  if (metadata === null) return null;
  const shortened = Object.entries(metadata).map(([key, value]) => [key, shorten(value)] as const);
  return new JsonText(schema.dump(Object.fromEntries(shortened)));
}

function shorten(value: string): string {
  return value.length > MAXIMUM_LENGTH ? `${value.slice(0, MAXIMUM_LENGTH)}...` : value;
}

/** The metadata that `keptMetadata` made. */
export function metadataOf(kept: JsonText | null): Record<string, string> | null {
  if (kept === null) return null;
  const parsed = schema.parse(parseJson(kept.text));
  if (!parsed.ok) throw new Error("stored metadata holds values other than texts");
  return parsed.value;
}
