import { type Kind, services, type Worker } from "@praetor/topology";
import type { Settings } from "../platform/config/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import type { Service } from "../platform/service.ts";
import { eventPersister } from "./event-persister.ts";
import { leaseExpiry } from "./lease-expiry.ts";
import { outboxRelay } from "./outbox-relay.ts";
import { pauseExpiry } from "./pause-expiry.ts";
import { taskRunRecorder } from "./task-run-recorder.ts";

const builders: Readonly<Record<Worker, (deps: Dependencies) => Service>> = {
  "event-persister": eventPersister,
  "lease-expiry": leaseExpiry,
  "outbox-relay": outboxRelay,
  "pause-expiry": pauseExpiry,
  "task-run-recorder": taskRunRecorder,
};

/** The setting that turns a worker off, under the name that operators know. */
const switches: Readonly<Record<Worker, (settings: Settings["services"]) => boolean>> = {
  "event-persister": (services) => services.eventPersister.enabled,
  "lease-expiry": (services) => services.repossessor.enabled,
  "outbox-relay": (services) => services.outboxRelay.enabled,
  "pause-expiry": (services) => services.pauseExpirations.enabled,
  "task-run-recorder": (services) => services.taskRunRecorder.enabled,
};

/** Those who take messages stand ready before those who send them. */
const order: readonly Kind[] = ["consumer", "background", "loop"];

/** What the API hands events to: without these it would have to acknowledge what nobody keeps. */
const partOfTheApi: ReadonlySet<Worker> = new Set<Worker>(["event-persister", "task-run-recorder"]);

/** The workers of all services of the topology, as far as the settings let them run, in the order of their start. */
export function enabledWorkers(settings: Settings["services"]): Worker[] {
  const rows = services.toSorted((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
  const workers = rows.flatMap((row) => row.workers ?? []).filter((worker) => switches[worker](settings));
  return settings.enabled ? workers : workers.filter((worker) => partOfTheApi.has(worker));
}

/** Builds a worker; nothing runs yet. */
export const buildWorker = (worker: Worker, deps: Dependencies): Service => builders[worker](deps);
