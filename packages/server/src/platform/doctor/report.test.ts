import { expect, test } from "vitest";
import type { Finding } from "../finding.ts";
import { reportText } from "./report.ts";

const found = (object: string, key: string | null, more: Partial<Finding> = {}): Finding => ({
  severity: "note",
  code: "redis_open",
  object,
  key,
  message: "lets anybody in",
  remedy: "set requirepass",
  ...more,
});
const textOf = (...findings: Finding[]) =>
  reportText({ results: [{ name: "redis", where: "x", outcome: "found", findings, seconds: 0.1 }], seconds: 0.1 });

test("what is the same in several places is told once, with all of them", () => {
  expect(textOf(found("redis-passwords", "cache"), found("redis-passwords", "work"), found("other", null))).toBe(
    "All well: 1 checks in 0.1 s.\n\nnote redis_open\n  redis-passwords cache, work; other: lets anybody in\n  mend: set requirepass",
  );
});

test.each([{ code: "other" }, { message: "other" }, { remedy: "other" }, { severity: "error" as const }])(
  "what differs in %j is told apart",
  (more) => {
    expect(textOf(found("a", "b"), found("a", "c", more)).match(/mend: /g)).toHaveLength(2);
  },
);
