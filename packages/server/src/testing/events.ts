import { InProcessBus } from "../platform/bus/index.ts";
import type { Clock } from "../platform/clock.ts";
import type { Databases } from "../platform/database/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { systemIds } from "../platform/identity.ts";
import { createMetrics } from "../platform/metrics.ts";
import { systemRandom } from "../platform/random.ts";
import { eventsApi } from "../events/index.ts";
import { buildWorker } from "../services/workers.ts";
import { testSettings } from "./server.ts";
import { listeningLog, serveSockets, type TestSockets } from "./sockets.ts";
import { systemClock } from "./system-clock.ts";

/** The events domain with its sockets and the services that take events, over a given database. */
export interface EventServer extends TestSockets {
  readonly deps: Dependencies;
  readonly lines: readonly string[];
  /** Resolves with the first line of the log that contains `text`. */
  line(text: string): Promise<string>;
  /** How many messages slow subscribers lost. */
  dropped(): number;
}

export interface EventServerOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
}

const CONSUMERS = ["event-persister", "task-run-recorder"] as const;

export async function openEventServer(databases: Databases, options: EventServerOptions = {}): Promise<EventServer> {
  const listening = listeningLog();
  const { log, lines } = listening;
  let dropped = 0;
  const deps: Dependencies = {
    databases,
    clock: options.clock ?? systemClock(),
    ids: systemIds,
    random: systemRandom,
    log,
    settings: testSettings(options.environment),
    bus: new InProcessBus({
      failed: (_, error) => log.error({ err: error }, "subscriber failed"),
      dropped: () => (dropped += 1),
    }),
    metrics: createMetrics(),
  };
  const services = CONSUMERS.map((worker) => buildWorker(worker, deps));
  for (const service of services) await service.start();
  const sockets = await serveSockets(eventsApi(deps).sockets, { guarded: deps.settings.api.authString !== null });
  return {
    ...sockets,
    deps,
    lines,
    line: (text) => listening.line(text),
    dropped: () => dropped,
    async close() {
      await sockets.close();
      for (const service of services) await service.stop();
    },
  };
}
