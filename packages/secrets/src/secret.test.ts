import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Secret } from "./secret.ts";

const secret = Secret.of("hunter2");

test.each([
  ["interpolation", () => `<${String(secret)}>`],
  ["JSON", () => JSON.stringify({ secret })],
  ["inspection", () => inspect({ secret }, { depth: 5, showHidden: true })],
  ["its own keys", () => JSON.stringify(Object.entries(secret))],
])("%s does not show the text", (_, print) => {
  expect(print()).not.toContain("hunter2");
});

test("reveal gives the text", () => {
  expect(secret.reveal()).toBe("hunter2");
});
