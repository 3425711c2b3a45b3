import { expect, test } from "vitest";
import { loadSettings } from "../platform/config/index.ts";
import { enabledWorkers } from "./workers.ts";

const enabled = (environment: Record<string, string>) => enabledWorkers(loadSettings({ environment }).settings.services);

test("all workers of the topology run in one process, those who take messages first", () => {
  expect(enabled({})).toEqual(["event-persister", "task-run-recorder", "outbox-relay", "pause-expiry", "lease-expiry"]);
});

test.each([
  ["PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED", "event-persister"],
  ["PREFECT_API_SERVICES_TASK_RUN_RECORDER_ENABLED", "task-run-recorder"],
  ["PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED", "pause-expiry"],
  ["PREFECT_SERVER_SERVICES_REPOSSESSOR_ENABLED", "lease-expiry"],
  ["PRAETOR_SERVICES_OUTBOX_RELAY_ENABLED", "outbox-relay"],
])("%s=false leaves %s out", (name, worker) => {
  expect(enabled({ [name]: "false" })).toHaveLength(4);
  expect(enabled({ [name]: "false" })).not.toContain(worker);
});

test("without services only those run that keep the events the API is sent", () => {
  expect(enabled({ PRAETOR_SERVICES_ENABLED: "false" })).toEqual(["event-persister", "task-run-recorder"]);
});
