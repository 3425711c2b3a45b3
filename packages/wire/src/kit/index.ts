export * from "./json.ts";
export * from "./json-schema.ts";
export * from "./kept.ts";
export * from "./named.ts";
export * from "./scalars.ts";
export { type Complaint, type Infer, type Issue, type Notes, type Parsed, nodeOf, type Schema } from "./schema.ts";
export * from "./structures.ts";
export * from "./timestamp.ts";
export * from "./tuple.ts";
