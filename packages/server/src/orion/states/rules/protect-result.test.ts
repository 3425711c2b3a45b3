import { expect, test } from "vitest";
import { JsonText } from "@praetor/wire";
import { ask, flowRun, RESULT } from "../testing.ts";
import { protectResult } from "./protect-result.ts";

const completed = (data: JsonText | null) => ({ type: "COMPLETED", data }) as const;
const UNPERSISTED = JsonText.of({ type: "unpersisted" });

test.each([
  ["nothing", null],
  ["an unpersisted one", UNPERSISTED],
  ["a scalar", JsonText.of(1)],
])("keeps a stored result from %s", (_, data) => {
  expect(ask(protectResult, flowRun({ state: completed(RESULT) }), completed(data))).toMatchObject({
    status: "REJECT",
    proposed: null,
  });
});

test.each([
  ["another result", completed(RESULT), completed(RESULT)],
  ["an empty record", completed(RESULT), completed(JsonText.of({}))],
  ["a failure", completed(RESULT), "FAILED" as const],
  ["anything when nothing is stored", completed(UNPERSISTED), completed(null)],
])("lets through %s", (_, initial, proposed) => {
  expect(ask(protectResult, flowRun({ state: initial }), proposed).status).toBe("pass");
});
