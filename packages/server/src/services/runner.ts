import { InProcessBus } from "../platform/bus/index.ts";
import type { Settings } from "../platform/config/index.ts";
import { DatabaseClock, databaseNow, type Databases } from "../platform/database/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { systemIds } from "../platform/identity.ts";
import type { Log } from "../platform/log.ts";
import { SpareMemory } from "../platform/memory.ts";
import { createMetrics, type Metrics } from "../platform/metrics.ts";
import { systemRandom } from "../platform/random.ts";
import { loop, type Service } from "../platform/service.ts";
import { startTracing } from "../platform/tracing.ts";
import { openApi } from "./api.ts";
import { type DataStep, logEmbedded, openData, openServer, prepareSchema } from "./data.ts";
import { listen } from "./http.ts";
import { buildWorker, enabledWorkers } from "./workers.ts";

/** A server that serves. */
export interface RunningServer {
  /** Where this machine reaches the API. */
  readonly url: string;
  /** Where the data lies, for people. */
  readonly data: string;
  /** Stops in order: no new requests, the running ones, the workers, the connections, the embedded PostgreSQL. */
  stop(): Promise<void>;
  /** Leaves nothing running, at once; called when there is no time to stop. */
  abandon(): void;
}

type Undo = () => Promise<void>;

/**
 * Starts the API and, in the same process, the workers of every service of the topology. When a step fails, the steps
 * before it are undone and the error is thrown.
 */
export async function startServer(settings: Settings, log: Log, onStep: (step: DataStep) => void): Promise<RunningServer> {
  const undo: Undo[] = [];
  try {
    return await start(settings, log, onStep, undo);
  } catch (error) {
    await undoAll(undo, log);
    throw error;
  }
}

async function start(settings: Settings, log: Log, onStep: (step: DataStep) => void, undo: Undo[]): Promise<RunningServer> {
  const tracing = await startTracing(process.env);
  if (tracing.warning !== undefined) log.warn(tracing.warning);
  undo.push(() => tracing.stop());

  const report = (step: DataStep) => {
    onStep(step);
    logEmbedded(log, step);
  };
  const server = await openServer(settings, report);
  undo.push(() => server.close());
  await prepareSchema(settings, server, report);

  const metrics = createMetrics();
  const databases = openData(settings, server, metrics);
  undo.push(() => databases.close());

  const { deps, clock } = await openDependencies(settings, log, metrics, databases);
  undo.push(await startWorker(clock));
  const api = await openApi(deps);
  for (const worker of enabledWorkers(settings.services)) undo.push(await startWorker(buildWorker(worker, deps)));
  const memory = new SpareMemory();
  memory.start();
  undo.push(async () => memory.stop());

  const listening = await listen(deps, api);
  undo.push(() => listening.close());

  return {
    url: listening.url,
    data: server.description,
    stop: () => undoAll(undo, log),
    abandon: () => server.abandon(),
  };
}

/** Seconds in which a counter drifts by microseconds, and after which a machine that slept knows the time again. */
const FOLLOW_CLOCK_SECONDS = 10;

/** What everything stands on, and the loop that keeps its clock right. @throws DatabaseUnavailable */
export async function openDependencies(
  settings: Settings,
  log: Log,
  metrics: Metrics,
  databases: Databases,
): Promise<{ readonly deps: Dependencies; readonly clock: Service }> {
  const bus = new InProcessBus({
    failed: (topic, error) => log.error({ err: error, topic }, "a subscriber of the bus failed"),
    dropped: (topic) => metrics.busDrop(topic),
  });
  const clock = await DatabaseClock.open(() => databaseNow(databases.orion));
  const deps = { databases, clock, ids: systemIds, random: systemRandom, log, settings, bus, metrics };
  const following = loop({ name: "clock", every: FOLLOW_CLOCK_SECONDS, runOnce: () => clock.follow() }, deps);
  return { deps, clock: following };
}

async function startWorker(worker: Service): Promise<Undo> {
  await worker.start();
  return () => worker.stop();
}

/** The last thing done is undone first. A step that cannot be undone does not keep the others from it. */
async function undoAll(undo: Undo[], log: Log): Promise<void> {
  for (let step = undo.pop(); step !== undefined; step = undo.pop()) {
    await step().catch((error: unknown) => log.error({ err: error }, "a step of the stop failed"));
  }
}
