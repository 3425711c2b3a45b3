import { recordTaskRuns } from "../orion/task-runs/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import type { Service } from "../platform/service.ts";
import { eventConsumer } from "./consumer.ts";

/** Records the task runs that events tell of. */
export function taskRunRecorder(deps: Dependencies): Service {
  return eventConsumer("task-run-recorder", deps, (messages) => recordTaskRuns(deps, messages));
}
