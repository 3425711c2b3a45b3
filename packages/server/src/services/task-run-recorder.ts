import type { Dependencies } from "../platform/dependencies.ts";
import { loop, type Service } from "../platform/service.ts";

/** Stands in until the domain offers the work. */
export function taskRunRecorder(deps: Dependencies): Service {
  return loop({ name: "task-run-recorder", every: 60, runOnce: async () => {} }, deps);
}
