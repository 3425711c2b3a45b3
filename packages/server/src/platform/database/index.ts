export * from "./batcher.ts";
export * from "./executor.ts";
export * from "./failures.ts";
export * from "./sql.ts";
export * from "./statement.ts";
