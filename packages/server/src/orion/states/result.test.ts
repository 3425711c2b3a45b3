import { JsonText } from "@praetor/wire";
import { expect, test } from "vitest";
import { carriesResult, resultArtifact, withResult } from "./result.ts";
import { state } from "./testing.ts";

test.each([
  ['{"type":"reference"}', true],
  [' {"value":1.0}', true],
  ['{"type":null}', true],
  ['{"type":"unpersisted","x":1}', false],
  ["{}", false],
  ["[1]", false],
  ['"text"', false],
  ["1", false],
  ["null", false],
])("%s is the record of a result: %s", (text, expected) => {
  expect(carriesResult(new JsonText(text))).toBe(expected);
});

test.each([
  ["the text as it came", '{ "type": "reference", "x": 1.0, "big": 18446744073709551616 }'],
  ["a list", "[1.0]"],
  ["a scalar", "0"],
])("keeps %s", (_, text) => {
  const kept = resultArtifact(new JsonText(text));
  expect(kept).toMatchObject({ key: null, type: null, description: null });
  expect(kept?.data.text).toBe(text);
});

test("is told without what it says of its artifact", () => {
  const data = JsonText.of({ artifact_key: "k", value: 1 });
  const { state: told, result } = withResult(state({ type: "COMPLETED", data }));
  expect(result?.key).toBe("k");
  expect(told.data?.value()).toEqual({ value: 1 });
});

test("takes out of a result what it says of its artifact", () => {
  const said = { artifact_key: "k", artifact_type: "result", artifact_description: null, value: 1 };
  const kept = resultArtifact(JsonText.of(said));
  expect(kept).toMatchObject({ key: "k", type: "result", description: null });
  expect(kept?.data.value()).toEqual({ value: 1 });
});

test.each([null, new JsonText("null"), JsonText.of({ type: "unpersisted" })])("keeps nothing of %o", (data) => {
  expect(resultArtifact(data)).toBeNull();
});
