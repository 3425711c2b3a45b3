import { type Kind, services, type Worker } from "@praetor/topology";
import type { Settings } from "../platform/config/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import type { Service } from "../platform/service.ts";
import { cancellationCleanup } from "./cancellation-cleanup.ts";
import { eventPersister } from "./event-persister.ts";
import { expirationProcessor, expirationSetter, resultKeyExpiry } from "./expirations.ts";
import { foreman } from "./foreman.ts";
import { heartbeatRecorder } from "./heartbeat-recorder.ts";
import { lateMarking } from "./late-marking.ts";
import { leaseExpiry } from "./lease-expiry.ts";
import { outboxRelay } from "./outbox-relay.ts";
import { pauseExpiry } from "./pause-expiry.ts";
import { recentDeploymentsScheduler, scheduler } from "./scheduler.ts";
import { taskRunRecorder } from "./task-run-recorder.ts";
import { vanishedRuns } from "./vanished-runs.ts";
import { workerMonitor } from "./worker-monitor.ts";

const builders: Readonly<Record<Worker, (deps: Dependencies) => Service>> = {
  "cancellation-cleanup": cancellationCleanup,
  "event-persister": eventPersister,
  "expiration-processor": expirationProcessor,
  "expiration-setter": expirationSetter,
  foreman,
  "heartbeat-recorder": heartbeatRecorder,
  "late-marking": lateMarking,
  "lease-expiry": leaseExpiry,
  "outbox-relay": outboxRelay,
  "pause-expiry": pauseExpiry,
  "recent-deployments-scheduler": recentDeploymentsScheduler,
  "result-key-expiry": resultKeyExpiry,
  scheduler,
  "task-run-recorder": taskRunRecorder,
  "vanished-runs": vanishedRuns,
  "worker-monitor": workerMonitor,
};

function deletesFlowRuns({ dbVacuum: { enabled } }: Settings["services"]): boolean {
  return enabled.includes("flow_runs") || enabled.includes("true");
}

/** The setting that turns a worker off, under the name that operators know. */
const switches: Readonly<Record<Worker, (settings: Settings["services"]) => boolean>> = {
  "cancellation-cleanup": (services) => services.cancellationCleanup.enabled,
  "event-persister": (services) => services.eventPersister.enabled,
  "expiration-processor": deletesFlowRuns,
  "expiration-setter": deletesFlowRuns,
  foreman: (services) => services.foreman.enabled,
  "heartbeat-recorder": (services) => services.vanishedRuns.enabled,
  "late-marking": (services) => services.lateRuns.enabled,
  "lease-expiry": (services) => services.repossessor.enabled,
  "outbox-relay": (services) => services.outboxRelay.enabled,
  "pause-expiry": (services) => services.pauseExpirations.enabled,
  "recent-deployments-scheduler": (services) => services.scheduler.enabled,
  "result-key-expiry": (services) => services.repossessor.enabled,
  scheduler: (services) => services.scheduler.enabled,
  "task-run-recorder": (services) => services.taskRunRecorder.enabled,
  "vanished-runs": (services) => services.vanishedRuns.enabled,
  "worker-monitor": (services) => services.foreman.enabled,
};

/** Those who take messages stand ready before those who send them. */
const order: readonly Kind[] = ["consumer", "background", "loop"];

/** What the API hands events to: without these it would have to acknowledge what nobody keeps. */
const partOfTheApi: ReadonlySet<Worker> = new Set<Worker>(["event-persister", "task-run-recorder", "heartbeat-recorder"]);

/** The workers of all services of the topology, as far as the settings let them run, in the order of their start. */
export function enabledWorkers(settings: Settings["services"]): Worker[] {
  const rows = services.toSorted((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
  const workers = rows.flatMap((row) => row.workers ?? []).filter((worker) => switches[worker](settings));
  return settings.enabled ? workers : workers.filter((worker) => partOfTheApi.has(worker));
}

/** Builds a worker; nothing runs yet. */
export const buildWorker = (worker: Worker, deps: Dependencies): Service => builders[worker](deps);
