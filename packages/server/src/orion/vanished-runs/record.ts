import { parseUuid, type ReceivedEvent } from "@praetor/wire";
import type { EventMessage } from "../../platform/bus/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { noteHeartbeats } from "./queries.ts";

const HEARTBEAT = "prefect.flow-run.heartbeat";
const RUN = "prefect.flow-run.";

/** Notes the heartbeats among a batch of events; other events are none of its business. */
export async function recordHeartbeats(
  { databases, settings }: Pick<Dependencies, "databases" | "settings">,
  messages: readonly EventMessage[],
): Promise<void> {
  const beats = messages.flatMap(({ workspaceId, event }) => {
    const flow_run_id = event.event === HEARTBEAT ? runOf(event) : undefined;
    return flow_run_id === undefined ? [] : [{ workspace_id: workspaceId, flow_run_id, occurred: event.occurred }];
  });
  if (beats.length === 0) return;
  const { heartbeatInterval, heartbeatsMissed } = settings.services.vanishedRuns;
  await databases.orion.system.all(noteHeartbeats, JSON.stringify(beats), heartbeatInterval, heartbeatsMissed);
}

function runOf({ resource }: ReceivedEvent): string | undefined {
  const id = resource["prefect.resource.id"] ?? "";
  return id.startsWith(RUN) ? parseUuid(id.slice(RUN.length)) : undefined;
}
