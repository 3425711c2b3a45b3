/** What a route may ask of whoever calls it: the workspace scopes that roles are made of. */
export const WORKSPACE_PERMISSIONS = [
  "see_flows",
  "run_flows",
  "manage_flows",
  "manage_saved_search",
  "run_tasks",
  "see_deployments",
  "run_deployments",
  "write_deployments",
  "manage_deployments",
  "see_blocks",
  "see_secret_blocks",
  "manage_blocks",
  "see_work_pools",
  "write_work_pools",
  "manage_work_pools",
  "see_work_queues",
  "write_work_queues",
  "manage_work_queues",
  "see_workers",
  "write_workers",
  "manage_workers",
  "see_artifacts",
  "write_artifacts",
  "manage_artifacts",
  "see_variables",
  "write_variables",
  "manage_variables",
  "see_concurrency_limits",
  "manage_concurrency_limits",
  "see_events",
  "manage_events",
  "see_automations",
  "manage_automations",
  "see_workspace_settings",
  "manage_workspace_settings",
] as const;

export type WorkspacePermission = (typeof WORKSPACE_PERMISSIONS)[number];

/**
 * `anyone` needs no credential at all (health, readiness); `authenticated` needs one but no particular right
 * (versions, CSRF tokens, the API's own description).
 */
export type Permission = WorkspacePermission | "anyone" | "authenticated";
