export * from "./boolean.ts";
export type { NumberRules } from "./bounds.ts";
export * from "./duration.ts";
export { enumeration, literal } from "./enumeration.ts";
export * from "./integer.ts";
export * from "./json.ts";
export { exactSource } from "./json-number.ts";
export { JsonRefused, JsonSyntaxError } from "./json-reader.ts";
export { type JsonSchema, jsonSchema, SchemaWriter, titleOf } from "./json-schema.ts";
export * from "./list.ts";
export * from "./map.ts";
export { type Fields, model, ModelNode, type ModelOptions, patch } from "./model.ts";
export * from "./moment.ts";
export { named } from "./named.ts";
export * from "./nullable.ts";
export * from "./number.ts";
export * from "./opaque.ts";
export { parts } from "./parts.ts";
export { type Prepare, prepared } from "./prepared.ts";
export * from "./request.ts";
export { type Column, type Derived, RowWriter, type TextRows } from "./row-writer.ts";
export {
  type Complaint,
  type Infer,
  type Issue,
  type Notes,
  NamedNode,
  nodeOf,
  type Parsed,
  type Rule,
  type Schema,
} from "./schema.ts";
export { name, string, type StringRules } from "./string.ts";
export * from "./timestamp.ts";
export * from "./truth.ts";
export * from "./tuple.ts";
export { union } from "./union.ts";
export { parseUuid, uuid } from "./uuid.ts";
export { Written, written } from "./written.ts";
