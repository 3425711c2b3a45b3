export { adapted, type Adaptation, withoutRequired } from "./adapt.ts";
export { bestMatch, CircularSchema, type SchemaError, UnresolvedReference } from "./errors.ts";
export { META_SCHEMA } from "./meta-schema.ts";
export { Validator } from "./validator.ts";
export { isObject, type JsonObject, printed, printedText, type Value } from "./value.ts";
