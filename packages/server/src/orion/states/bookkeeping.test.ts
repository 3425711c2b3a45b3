import { addSeconds, microseconds, secondsBetween } from "@praetor/wire";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { afterState, beginsAttempt, policyAfterState, writtenState } from "./bookkeeping.ts";
import { NO_STATE_YET, type RunColumns } from "./facts.ts";
import { isTerminal, type State, STATE_TYPES } from "./state.ts";
import { at, circumstances, FLOW_RUN_POLICY, NOW, proposal, type Said, state } from "./testing.ts";

const written = (said: Said, now = NOW, initial: State | null = null) =>
  writtenState(proposal(said), initial, {}, circumstances({ now }));

test("a state is written after the one before it, even if the clock stood still or went back", () => {
  const initial = state("RUNNING");
  expect(written("COMPLETED", NOW, initial).timestamp).toBe(NOW);
  expect(written("COMPLETED", initial.timestamp, initial).timestamp).toBe(addSeconds(initial.timestamp, 1e-6));
  expect(written("COMPLETED", at(-60), initial).timestamp).toBe(addSeconds(initial.timestamp, 1e-6));
});

test.each<[string, Said | null, Partial<RunColumns>, Said, Partial<RunColumns>]>([
  ["expects its start now", null, {}, "PENDING", { expected_start_time: NOW, next_scheduled_start_time: null }],
  [
    "expects its start when it is due",
    null,
    {},
    { type: "SCHEDULED", state_details: { scheduled_time: at(60) } },
    { expected_start_time: at(60), next_scheduled_start_time: at(60) },
  ],
  [
    "keeps its first expectation when it is scheduled again",
    "FAILED",
    { expected_start_time: at(-90) },
    { type: "SCHEDULED", state_details: { scheduled_time: at(60) } },
    { expected_start_time: at(-90), next_scheduled_start_time: at(60) },
  ],
  [
    "is not due any more once submitted",
    "SCHEDULED",
    { next_scheduled_start_time: at(-5) },
    "PENDING",
    { next_scheduled_start_time: null },
  ],
  ["starts when it first runs", "PENDING", {}, "RUNNING", { start_time: NOW, end_time: null }],
  ["keeps its start when it runs again", "PENDING", { start_time: at(-90) }, "RUNNING", { start_time: at(-90) }],
  ["ends where it ends", "RUNNING", { start_time: at(-90) }, "FAILED", { start_time: at(-90), end_time: NOW }],
  ["starts when it ends, if it never ran", "SCHEDULED", {}, "CANCELLED", { start_time: NOW, end_time: NOW }],
  ["keeps its first end", "FAILED", { start_time: at(-90), end_time: at(-9) }, "COMPLETED", { end_time: at(-9) }],
  [
    "has no end when it is reopened",
    "FAILED",
    { start_time: at(-90), end_time: at(-9) },
    "RUNNING",
    { start_time: at(-90), end_time: null },
  ],
  ["has run for the time of its running state", "RUNNING", { total_run_time: 5 }, "COMPLETED", { total_run_time: 15 }],
  [
    "has run for it when it runs on under another name",
    "RUNNING",
    {},
    { type: "RUNNING", name: "Rerunning" },
    { total_run_time: 10 },
  ],
  ["has not run in any other state", "PENDING", { total_run_time: 5 }, "RUNNING", { total_run_time: 5 }],
])("a run %s", (_, from, before, to, after) => {
  const initial = from && state(from);
  const next = written(to, NOW, initial);
  expect(afterState({ ...NO_STATE_YET, ...before }, initial, next)).toMatchObject({
    ...after,
    state_id: next.id,
    state_type: next.type,
    state_name: next.name,
    state_timestamp: next.timestamp,
  });
});

test.each([
  ["RUNNING", false, null, true],
  ["RUNNING", true, null, false],
  ["RUNNING", true, "0.8.4", false],
  ["RUNNING", true, "0.8.3", true],
  ["PENDING", false, null, false],
] as const)("entering %s with resuming %s by API %s begins an attempt: %s", (type, resuming, api, expected) => {
  expect(beginsAttempt(type, { ...FLOW_RUN_POLICY, resuming }, api)).toBe(expected);
});

test.each([
  ["RUNNING", null, false],
  ["CANCELLED", null, false],
  ["SCHEDULED", null, true],
  ["PAUSED", null, true],
  ["RUNNING", "0.8.3", true],
] as const)("in %s, by API %s, a resuming run is still resuming: %s", (type, api, resuming) => {
  expect(policyAfterState({ ...FLOW_RUN_POLICY, resuming: true }, type, api).resuming).toBe(resuming);
});

const steps = fc.array(fc.record({ type: fc.constantFrom(...STATE_TYPES), seconds: fc.integer({ min: -5, max: 3600 }) }), {
  minLength: 1,
  maxLength: 30,
});

test("whatever states a run goes through, its columns tell one consistent story", () => {
  fc.assert(
    fc.property(steps, (path) => {
      let [run, initial, now] = [NO_STATE_YET, null as State | null, NOW];
      let ran = 0;
      for (const { type, seconds } of path) {
        now = addSeconds(now, seconds);
        const next = written(type, now, initial);
        const after = afterState(run, initial, next);

        if (initial) expect(microseconds(next.timestamp)).toBeGreaterThan(microseconds(initial.timestamp));
        if (initial?.type === "RUNNING") ran += secondsBetween(initial.timestamp, next.timestamp);
        expect(after.total_run_time).toBeCloseTo(ran, 4);
        expect(after.end_time !== null).toBe(isTerminal(type));
        expect(after.next_scheduled_start_time !== null).toBe(type === "SCHEDULED");
        expect(after.expected_start_time).toBe(run.expected_start_time ?? next.state_details.scheduled_time ?? next.timestamp);
        if (run.start_time) expect(after.start_time).toBe(run.start_time);
        if (after.end_time) expect(after.start_time).not.toBeNull();
        [run, initial] = [after, next];
      }
    }),
  );
});
