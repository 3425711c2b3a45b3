import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Secret } from "./secret.ts";

const secret = Secret.of("hunter2");

test.each([
  ["interpolation", () => `<${String(secret)}>`],
  ["JSON", () => JSON.stringify({ secret })],
  ["inspection", () => inspect({ secret }, { depth: 5, showHidden: true })],
  ["a structured clone", () => inspect(structuredClone({ secret }), { depth: 5 })],
  ["its own keys", () => JSON.stringify(Object.entries(secret))],
])("%s does not show the text", (_, print) => {
  expect(print()).not.toContain("hunter2");
});

test("reveal gives the text", () => {
  expect(secret.reveal()).toBe("hunter2");
});

test.each([
  ["hunter2", true],
  ["hunter3", false],
  ["", false],
])("equals %s: %s", (other, equal) => {
  expect(secret.equals(Secret.of(other))).toBe(equal);
});

test("a fingerprint is equal for equal texts under one key only", () => {
  const [one, two] = [Buffer.from("one"), Buffer.from("two")];
  expect(secret.fingerprint(one)).toMatch(/^[0-9a-f]{12}$/);
  expect(secret.fingerprint(one)).toBe(Secret.of("hunter2").fingerprint(one));
  expect(secret.fingerprint(one)).not.toBe(Secret.of("hunter3").fingerprint(one));
  expect(secret.fingerprint(one)).not.toBe(secret.fingerprint(two));
});
