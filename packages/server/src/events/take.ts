import type { Event } from "@praetor/wire";
import { DatabaseUnavailable } from "../platform/database/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import type { Ingest } from "./ingest.ts";

/**
 * Takes the events of one request and resolves when all are durable. An event over the size limit is dropped with a
 * warning, and the request succeeds all the same: its sender could not do anything about it.
 *
 * @throws DatabaseUnavailable when the events cannot be kept now
 */
export async function takeEvents(
  { clock, log, settings }: Pick<Dependencies, "clock" | "log" | "settings">,
  ingest: Ingest,
  workspaceId: string,
  events: readonly Event[],
): Promise<void> {
  if (ingest.crowded) throw new DatabaseUnavailable("too_busy");
  const received = clock.now();
  const accepted = events.flatMap((event) => {
    const bytes = sizeOf(event);
    if (bytes <= settings.events.maximumSizeBytes) return ingest.accept({ workspaceId, event: { ...event, received } }, bytes);
    log.warn({ event: event.event, id: event.id, bytes }, "an event was refused: larger than allowed");
    return [];
  });
  await Promise.all(accepted);
}

/** About as many bytes as the event's JSON has; the payload, which alone can be large, is measured. */
function sizeOf({ resource, related, payload }: Event): number {
  return Buffer.byteLength(payload.text) + JSON.stringify([resource, related]).length + 256;
}
