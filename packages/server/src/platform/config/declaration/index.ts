import type { ValuesOf } from "../setting.ts";
import { api } from "./api.ts";
import { database } from "./database.ts";
import { events, logs } from "./events.ts";
import { root, logging } from "./installation.ts";
import { concurrency, deployments, flowRunGraph, tasks } from "./orchestration.ts";
import { services } from "./services.ts";

/**
 * Every setting of the server, once. The key path is the name: `api.basePath` is `base_path` in the section
 * `[api]` of praetor.toml, and PRAETOR_API_BASE_PATH or PREFECT_SERVER_API_BASE_PATH in the environment.
 */
export const declaration = {
  ...root,
  logging,
  api,
  database,
  concurrency,
  deployments,
  tasks,
  flowRunGraph,
  events,
  logs,
  services,
};

/** The settings of a running server, typed; the same shape as the declaration. */
export type Settings = ValuesOf<typeof declaration>;
