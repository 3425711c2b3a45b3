import { addSeconds } from "@praetor/wire";
import { expect, test } from "vitest";
import { flowRunEvent } from "./event.ts";
import { record } from "./recorded/record.ts";
import { flowRun, state } from "./testing.ts";

const bare = flowRun({}).surroundings;

test.each(record.events)("tells what the original tells: $event.event by $run.surroundings.created_by.type", (one) => {
  const facts = flowRun({ ...one.run, surroundings: { ...bare, ...one.run.surroundings } });
  const runCount = Number(one.event.resource["prefect.run-count"]);
  expect(flowRunEvent(facts, one.initial, one.written, runCount)).toEqual(one.event);
});

test("an event follows another only within five minutes", () => {
  const written = state("COMPLETED");
  const before = (seconds: number) => ({ ...state("RUNNING"), timestamp: addSeconds(written.timestamp, -seconds) });
  expect(flowRunEvent(flowRun({}), before(299.999999), written, 1).follows).toBe("initial");
  expect(flowRunEvent(flowRun({}), before(300), written, 1).follows).toBeNull();
  expect(flowRunEvent(flowRun({}), null, written, 1).follows).toBeNull();
});

const half = "x".repeat(50_000);

test.each([
  ["as long as may be", half + half, half + half],
  ["hardly longer", `${half}${half}yyy`, `${half}${half}yyy`],
  ["far too long", half + half + half, `${half}...50000 additional characters...${half}`],
  [
    "cut within a character",
    `${half.slice(1)}\u{1f989}${half}${half}`,
    `${half.slice(1)}\ufffd...50001 additional characters...${half}`,
  ],
])("a message %s is told with its beginning and its end", (_, message, expected) => {
  const event = flowRunEvent(flowRun({}), null, state({ type: "FAILED", message }), 0);
  expect(event.resource["prefect.state-message"]).toBe(expected);
  expect(event.payload.validated_state.message).toBe(expected);
});
