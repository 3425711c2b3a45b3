import { recordHeartbeats } from "../orion/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import type { Service } from "../platform/service.ts";
import { eventConsumer } from "./consumer.ts";

/** Notes the heartbeats of flow runs. */
export function heartbeatRecorder(deps: Dependencies): Service {
  return eventConsumer("heartbeat-recorder", deps, (messages) => recordHeartbeats(deps, messages));
}
