import { expect, test } from "vitest";
import { loadSettings } from "../platform/config/index.ts";
import { enabledWorkers } from "./workers.ts";

const enabled = (environment: Record<string, string>) => enabledWorkers(loadSettings({ environment }).settings.services);

test("all workers of the topology run in one process, those who take messages first", () => {
  expect(enabled({})).toEqual([
    "event-persister",
    "task-run-recorder",
    "heartbeat-recorder",
    "outbox-relay",
    "scheduler",
    "recent-deployments-scheduler",
    "late-marking",
    "pause-expiry",
    "foreman",
    "worker-monitor",
    "vanished-runs",
    "cancellation-cleanup",
    "lease-expiry",
    "result-key-expiry",
  ]);
});

test.each([
  ["PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED", "scheduler"],
  ["PREFECT_API_SERVICES_SCHEDULER_ENABLED", "recent-deployments-scheduler"],
  ["PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED", "event-persister"],
  ["PREFECT_API_SERVICES_TASK_RUN_RECORDER_ENABLED", "task-run-recorder"],
  ["PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED", "pause-expiry"],
  ["PREFECT_SERVER_SERVICES_REPOSSESSOR_ENABLED", "lease-expiry"],
  ["PREFECT_API_SERVICES_LATE_RUNS_ENABLED", "late-marking"],
  ["PREFECT_SERVER_SERVICES_FOREMAN_ENABLED", "foreman"],
  ["PREFECT_API_SERVICES_FOREMAN_ENABLED", "worker-monitor"],
  ["PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED", "cancellation-cleanup"],
  ["PRAETOR_SERVICES_VANISHED_RUNS_ENABLED", "vanished-runs"],
  ["PRAETOR_SERVICES_OUTBOX_RELAY_ENABLED", "outbox-relay"],
])("%s=false leaves %s out", (name, worker) => {
  expect(enabled({ [name]: "false" })).not.toContain(worker);
});

test.each(["flow_runs", "events,flow_runs", "true"])("finished runs are deleted in time only when asked for: %s", (asked) => {
  const expiring = (workers: readonly string[]) => workers.filter((worker) => worker.startsWith("expiration-"));
  expect(expiring(enabled({}))).toEqual([]);
  expect(expiring(enabled({ PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED: asked }))).toHaveLength(2);
});

test("without services only those run that keep the events the API is sent", () => {
  expect(enabled({ PRAETOR_SERVICES_ENABLED: "false" })).toEqual(["event-persister", "task-run-recorder", "heartbeat-recorder"]);
});
