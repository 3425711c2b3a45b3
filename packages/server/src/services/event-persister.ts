import { createPartitions, persistEvents } from "../events/index.ts";
import { createLogPartitions } from "../orion/logs/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { loop, type Service } from "../platform/service.ts";
import { eventConsumer } from "./consumer.ts";

const NAME = "event-persister";
const EVERY_SECONDS = 3600;

/** Stores every event, and keeps partitions of events and logs ready for the days to come. */
export function eventPersister(deps: Dependencies): Service {
  const consumer = eventConsumer(NAME, deps, (messages) => persistEvents(deps, messages));
  const partitions = loop({ name: NAME, every: EVERY_SECONDS, runOnce: () => makePartitions(deps) }, deps);
  return {
    ...consumer,
    async start() {
      // Before the first event: a partition that is attached under an insert into the default one makes the insert fail.
      await createPartitions(deps);
      await partitions.start();
      await consumer.start();
    },
    async stop() {
      await Promise.all([consumer.stop(), partitions.stop()]);
    },
  };
}

async function makePartitions(deps: Dependencies): Promise<void> {
  await createPartitions(deps);
  await createLogPartitions(deps);
}
