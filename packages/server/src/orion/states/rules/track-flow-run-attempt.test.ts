import { expect, test } from "vitest";
import { ask, taskRun } from "../testing.ts";
import { trackFlowRunAttempt } from "./track-flow-run-attempt.ts";

test.each([
  ["the flow's attempt", { run_count: 3 }, { flow_run_run_count: 3 }],
  ["nothing without a flow", null, null],
])("notes %s", (_, flow_run, effects) => {
  expect(ask(trackFlowRunAttempt, taskRun({ flow_run }), "RUNNING").effects).toEqual(effects);
});
