import { JsonText } from "@praetor/wire";
import type { State } from "./state.ts";
import type { ResultArtifact } from "./verdict.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Whether a state's data may take the place of a stored result: an object that does not call itself unpersisted. */
export function isResultRecord(data: JsonText | null): boolean {
  const fields = fieldsOf(data);
  return fields !== null && fields["type"] !== "unpersisted";
}

/** Whether a state's data is the record of a stored result: such an object, with content. */
export function carriesResult(data: JsonText | null): boolean {
  return isResultRecord(data) && Object.keys(fieldsOf(data) ?? {}).length > 0;
}

/**
 * What of a state's data is kept as an artifact; null when it says of itself that it is not persisted. The three
 * `artifact_*` keys of an object describe the artifact and are taken out of it.
 */
export function resultArtifact(data: JsonText | null): ResultArtifact | null {
  if (data === null || data.text === "null") return null;
  const fields = fieldsOf(data);
  if (fields === null) return { key: null, type: null, description: null, data };
  if (fields["type"] === "unpersisted") return null;
  const { artifact_key, artifact_type, artifact_description, ...rest } = fields;
  const described = [artifact_key, artifact_type, artifact_description].some((value) => value !== undefined);
  return {
    key: textOf(artifact_key),
    type: textOf(artifact_type),
    description: textOf(artifact_description),
    data: described ? JsonText.of(rest) : data,
  };
}

/** A state as it is told, without what its data says of the artifact, and that artifact. */
export function withResult(state: State): { readonly state: State; readonly result: ResultArtifact | null } {
  const result = resultArtifact(state.data);
  return { state: result === null ? state : { ...state, data: result.data }, result };
}

function fieldsOf(data: JsonText | null): Fields | null {
  const value = data?.text.trimStart().startsWith("{") ? data.value() : null;
  return isFields(value) ? value : null;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
