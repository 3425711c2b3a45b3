import type { EventMessage } from "../platform/bus/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import type { Service } from "../platform/service.ts";

/** A service that takes every event, in batches; senders wait until `take` has dealt with them. */
export function eventConsumer(
  name: string,
  { bus }: Pick<Dependencies, "bus">,
  take: (messages: readonly EventMessage[]) => Promise<void>,
): Service {
  const { promise: started, resolve } = Promise.withResolvers<void>();
  const running = new Set<Promise<void>>();
  let leave: (() => void) | undefined;

  function track(messages: readonly EventMessage[]): Promise<void> {
    const taken = take(messages).finally(() => running.delete(taken));
    running.add(taken);
    return taken;
  }

  return {
    name,
    started,
    start() {
      leave ??= bus.consume("events", name, track);
      resolve();
      return started;
    },
    async stop() {
      leave?.();
      await Promise.allSettled(running);
    },
  };
}
