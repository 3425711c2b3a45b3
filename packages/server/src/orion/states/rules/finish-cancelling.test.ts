import { expect, test } from "vitest";
import { STATE_TYPES } from "../state.ts";
import { ask, flowRun } from "../testing.ts";
import { finishCancelling } from "./finish-cancelling.ts";

test.each(STATE_TYPES.filter((type) => type !== "CANCELLED"))("refuses %s while cancelling", (to) => {
  expect(ask(finishCancelling, flowRun({ state: "CANCELLING" }), to)).toMatchObject({
    status: "REJECT",
    reason: "Cannot transition flows that are cancelling to a state other than Cancelled.",
    proposed: null,
  });
});

test("has nothing to say to CANCELLED", () => {
  expect(finishCancelling.to).not.toContain("CANCELLED");
});
