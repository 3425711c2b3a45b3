export * from "./batcher.ts";
export { DatabaseConfigurationError } from "./connections/settings.ts";
export { type DatabaseObserver, type DatabaseOptions, openDatabase, openDatabases } from "./database.ts";
export * from "./executor.ts";
export * from "./failures.ts";
export { databaseNow } from "./now.ts";
export * from "./sql.ts";
export * from "./statement.ts";
export { TransactionAborted } from "./transaction.ts";
