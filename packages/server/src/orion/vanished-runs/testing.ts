import { JsonText, type Timestamp } from "@praetor/wire";
import type { EventMessage } from "../../platform/bus/index.ts";
import { DEFAULT_WORKSPACE_ID } from "../../platform/tenancy.ts";

/** A heartbeat of a run's process, by that process's clock, as the server takes it. */
export function heartbeatOf(run: string, occurred: Timestamp): EventMessage {
  const event = {
    id: crypto.randomUUID(),
    event: "prefect.flow-run.heartbeat",
    occurred,
    received: occurred,
    resource: { "prefect.resource.id": `prefect.flow-run.${run}` },
    related: [],
    payload: new JsonText("{}"),
    follows: null,
  };
  return { workspaceId: DEFAULT_WORKSPACE_ID, event };
}
