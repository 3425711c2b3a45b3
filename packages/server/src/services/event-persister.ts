import type { Dependencies } from "../platform/dependencies.ts";
import { loop, type Service } from "../platform/service.ts";

/** Stands in until the domain offers the work. */
export function eventPersister(deps: Dependencies): Service {
  return loop({ name: "event-persister", every: 60, runOnce: async () => {} }, deps);
}
