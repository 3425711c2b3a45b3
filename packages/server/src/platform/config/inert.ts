/**
 * Variables of the original that a server may be started with and that change nothing here, by their beginning.
 * They are answered with a warning, not refused: an operator's environment should work as it is.
 */
const inertVariables: readonly (readonly [beginning: string, reason: string])[] = [
  ["PREFECT_SERVER_API_DEFAULT_LIMIT", "a page has up to 200 rows"],
  ["PREFECT_API_DEFAULT_LIMIT", "a page has up to 200 rows"],
  ["PREFECT_SERVER_ANALYTICS_ENABLED", "nothing is ever sent home"],
  ["PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE", "leases are rows in PostgreSQL"],
  ["PREFECT_SERVER_DATABASE_ECHO", "use the log of PostgreSQL"],
  ["PREFECT_SERVER_DATABASE_MIGRATION_TIMEOUT", "a migration runs until it ends"],
  ["PREFECT_SERVER_DATABASE_SQLALCHEMY_", "the driver is another; see PRAETOR_DATABASE_POOL_SIZE"],
  ["PREFECT_SQLALCHEMY_", "the driver is another; see PRAETOR_DATABASE_POOL_SIZE"],
  ["PREFECT_SERVER_DOCKET_", "deferred work is rows in PostgreSQL"],
  ["PREFECT_SERVER_EPHEMERAL_", "the Python client starts its own server for that"],
  ["PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "the Python client starts its own server for that"],
  ["PREFECT_SERVER_EVENTS_CAUSAL_ORDERING", "events are ordered in PostgreSQL"],
  ["PREFECT_SERVER_EVENTS_MESSAGING_", "messages travel inside the process"],
  ["PREFECT_MESSAGING_", "messages travel inside the process"],
  ["PREFECT_SERVER_EVENTS_RELATED_RESOURCE_CACHE_TTL", "related resources are never older than the event"],
  ["PREFECT_API_EVENTS_RELATED_RESOURCE_CACHE_TTL", "related resources are never older than the event"],
  ["PREFECT_SERVER_LOG_RETRYABLE_ERRORS", "every error is logged once"],
  ["PREFECT_API_LOG_RETRYABLE_ERRORS", "every error is logged once"],
  ["PREFECT_SERVER_MEMO", "there is no start-up cache to keep"],
  ["PREFECT_SERVER_UI_", "this version has no web interface"],
  ["PREFECT_SERVER_DEPLOYMENT_SCHEDULE_", "this version has no scheduler"],
  ["PREFECT_SERVER_EVENTS_EXPIRED_BUCKET_BUFFER", "this version has no automations"],
  ["PREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY", "this version has no automations"],
  ["PREFECT_SERVER_SERVICES_", "this version has no such service or parameter"],
  ["PREFECT_API_SERVICES_", "this version has no such service or parameter"],
  ["PREFECT_SERVER_TASKS_SCHEDULING_", "task runs wait in PostgreSQL, as many as there are"],
  ["PREFECT_SERVER_WORKER_CHANNEL_", "workers are sent no clean-up work"],
];

/** Why a variable of the original changes nothing, or undefined if it is not one of those. */
export function reasonForInert(name: string): string | undefined {
  return inertVariables.find(([beginning]) => name.startsWith(beginning))?.[1];
}
