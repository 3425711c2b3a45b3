export { HydrationFault, hydrate, needsHydration, Placeholder } from "./hydrate.ts";
export { CircularSchema, checkValues, schemaComplaint, SchemaInvalid, ValuesInvalid } from "./validate.ts";
export { parameterRoutes } from "./routes.ts";
export { variablesFor } from "./variables.ts";
