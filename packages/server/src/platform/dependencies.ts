import type { Bus } from "./bus/index.ts";
import type { Clock } from "./clock.ts";
import type { Settings } from "./config/index.ts";
import type { Databases } from "./database/index.ts";
import type { Ids } from "./identity.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Random } from "./random.ts";

/** What a domain stands on. It is passed whole to routes and services, so that each can be given a test's own. */
export interface Dependencies {
  readonly databases: Databases;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Log;
  readonly settings: Settings;
  readonly bus: Bus;
  readonly metrics: Metrics;
}
