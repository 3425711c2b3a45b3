export { EmbeddedError, type EmbeddedProblem } from "./embedded-error.ts";
export {
  type EmbeddedEvent,
  type EmbeddedOptions,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "./embedded-postgres.ts";
