import { expect, test } from "vitest";
import { ask, taskRun } from "../testing.ts";
import { copyTaskParameters } from "./copy-task-parameters.ts";

const named = (type: "SCHEDULED" | "PENDING" | "RUNNING", task_parameters_id: string | null) =>
  ({ type, state_details: { task_parameters_id } }) as const;

test.each([
  ["SCHEDULED", "PENDING", null, "p1"],
  ["PENDING", "RUNNING", null, "p1"],
  ["SCHEDULED", "RUNNING", "p2", "p2"],
] as const)("from %s to %s with %s: the parameters are %s", (from, to, proposed, expected) => {
  const outcome = ask(copyTaskParameters, taskRun({ state: named(from, "p1") }), named(to, proposed));
  expect(outcome.proposed?.state_details.task_parameters_id).toBe(expected);
});
