import { EventFilter, JsonText, type ReceivedEvent, type Timestamp } from "@praetor/wire";
import { testId } from "../testing/ids.ts";

const at = "2026-11-23T10:00:00Z" as Timestamp;
/** A received event; what a test does not say is unremarkable. */
export function testEvent(parts: Partial<ReceivedEvent> = {}): ReceivedEvent {
  return {
    occurred: at,
    event: "thing.happened",
    resource: { "prefect.resource.id": "thing.1" },
    related: [],
    payload: new JsonText("{}"),
    id: testId(),
    follows: null,
    received: at,
    ...parts,
  };
}

/** A filter from its wire form, over all times unless it says otherwise. */
export function testFilter(input: Record<string, unknown>): EventFilter {
  const occurred = { since: "2020-01-01T00:00:00Z", until: "2030-01-01T00:00:00Z" };
  const parsed = EventFilter.parse({ occurred, ...input });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}
