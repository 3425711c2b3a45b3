import { criteria, ids, nameLike, type NameLike, Operator, optional, type TagSet, tagSet } from "./filters.ts";
import { identity } from "./identity.ts";
import {
  type Complaint,
  enumeration,
  type Infer,
  json,
  JsonText,
  list,
  model,
  patch,
  string,
  type Timestamp,
} from "./kit/index.ts";

const MAXIMUM_NAME_LENGTH = 255;
const MAXIMUM_VALUE_BYTES = 5000;
const INTEGER = /(?<![\d.eE+-])-?\d{19,}(?![\d.eE])/g;
const STRING = /"(?:[^"\\]|\\.)*"/g;

function nameComplaint(name: string): Complaint | undefined {
  if (!/^[a-z0-9-_]*$/.test(name)) {
    return "Variable name must only contain lowercase letters, numbers, and dashes or underscores.";
  }
  const length = name.length;
  if (length <= MAXIMUM_NAME_LENGTH) return undefined;
  return {
    type: "too_long",
    msg: `Value should have at most ${MAXIMUM_NAME_LENGTH} items after validation, not ${length}`,
    ctx: { field_type: "Value", max_length: MAXIMUM_NAME_LENGTH, actual_length: length },
  };
}

/** Whether every integer fits 64 bits, signed or unsigned: others are refused, as clients could not read them back. */
function integersFit(text: string): boolean {
  const integers = text.replaceAll(STRING, '""').match(INTEGER) ?? [];
  return integers.every((integer) => BigInt(integer) >= -(2n ** 63n) && BigInt(integer) < 2n ** 64n);
}

function valueComplaint(value: JsonText): Complaint | undefined {
  if (!integersFit(value.text)) return "Variable value must be serializable to JSON";
  return isTooLong(value) ? "Variable value must be less than 5000 characters" : undefined;
}

const bytes = (text: string): number => new TextEncoder().encode(text).length;

/** The limit is on the value in its shortest spelling, whatever blanks and escapes it was sent with. */
function isTooLong(value: JsonText): boolean {
  return bytes(value.text) > MAXIMUM_VALUE_BYTES && bytes(JSON.stringify(value.value())) > MAXIMUM_VALUE_BYTES;
}

const variableName = () =>
  string()
    .with({ extra: { maxLength: MAXIMUM_NAME_LENGTH } })
    .check(nameComplaint);
const VALUE_TYPES = [
  { type: "string" },
  { type: "integer" },
  { type: "boolean" },
  { type: "number" },
  { additionalProperties: true, type: "object" },
  { items: {}, type: "array" },
  { type: "null" },
];
/** Any JSON: null is a value like any other, and the text is kept as it was sent. */
const variableValue = () =>
  json()
    .with({ extra: { anyOf: VALUE_TYPES } })
    .check(valueComplaint);
export interface VariableCreate {
  name: string;
  value: JsonText;
  tags: string[];
}
export const VariableCreate = model<VariableCreate>(
  "VariableCreate",
  { name: variableName(), value: variableValue(), tags: list(string()).default(() => []) },
  { extra: "forbid" },
);

export interface Variable extends VariableCreate {
  id: string;
  created: Timestamp | null;
  updated: Timestamp | null;
}
export const Variable = model<Variable>("Variable", {
  ...identity,
  name: variableName(),
  value: variableValue(),
  tags: list(string()).default(() => []),
});

/** Null is taken by the schema and refused by the table, except as a value. */
export interface VariableUpdate {
  name: string | null;
  value: JsonText;
  tags: string[] | null;
}
export const VariableUpdate = patch<VariableUpdate>("VariableUpdate", {
  name: optional(variableName()),
  value: variableValue().default(JsonText.of(null)),
  tags: optional(list(string())),
});

export const VariableSort = enumeration("VariableSort", ["CREATED_DESC", "UPDATED_DESC", "NAME_DESC", "NAME_ASC"]);
export type VariableSort = Infer<typeof VariableSort>;

export interface VariableFilter {
  operator: Operator;
  id: { any_: string[] | null } | null;
  name: NameLike | null;
  tags: TagSet | null;
}
export const VariableFilter = criteria<VariableFilter>("VariableFilter", {
  operator: Operator.default("and_"),
  id: optional(ids("VariableFilterId")),
  name: optional(nameLike("VariableFilterName")),
  tags: optional(tagSet("VariableFilterTags")),
});
