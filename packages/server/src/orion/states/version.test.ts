import { expect, test } from "vitest";
import { isAtLeast, renewsLeases, takesOwnSlots } from "./version.ts";

test.each([
  ["3.4.11", true],
  ["3.4.12", true],
  ["3.10.0", true],
  ["4.0.0", true],
  ["3.4.11+local.1", true],
  ["3.4.11.post1", true],
  ["3.4.10", false],
  ["3.3.99", false],
  ["2.99.99", false],
  ["3.4.11rc1", false],
  ["3.4.11.dev2+gabc", false],
  ["3.4", false],
  ["", false],
  ["newest", false],
])("%j is at least 3.4.11: %s", (version, expected) => {
  expect(isAtLeast(version, "3.4.11")).toBe(expected);
});

test("a client that does not tell its version neither renews leases nor takes slots", () => {
  expect(renewsLeases(null)).toBe(false);
  expect(takesOwnSlots(null)).toBe(false);
});

test.each([
  ["3.0.0rc20", true],
  ["3.0.3", true],
  ["3.0.4", false],
])("a worker of %s takes its slots itself: %s", (version, expected) => {
  expect(takesOwnSlots(version)).toBe(expected);
});
