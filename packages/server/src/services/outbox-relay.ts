import { relayOutbox } from "../orion/outbox/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { loop, type Service } from "../platform/service.ts";

/** Hands committed facts on as events: when it is told of one, and every few seconds in case it was not. */
export function outboxRelay(deps: Dependencies): Service {
  const { loopSeconds: every, batchSize } = deps.settings.services.outboxRelay;
  return loop(
    {
      name: "outbox-relay",
      every,
      runOnce: () => relayOutbox(deps, batchSize),
      wakeOn: (wake) => deps.bus.subscribe("outbox", wake),
    },
    deps,
  );
}
