import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Normaliser } from "./normalise.ts";
import { Recording } from "./recording.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "recording-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const recorded = {
  seed: 12,
  begun: 1_700_000_000_000,
  sequence: [{ method: "GET", path: "/hello" }],
  answers: [{ status: 200, type: "application/json", body: "👋", retryAfter: false }],
};

test("what was recorded is read as it was, and its seed is known", () => {
  const recording = new Recording(folder);
  recording.write({ ...recorded, seed: 100 });
  recording.write(recorded);
  expect(new Recording(folder).read(12)).toEqual(recorded);
  expect(recording.seeds()).toEqual([12, 100]);
  expect([12, 13].map((seed) => recording.has(seed))).toEqual([true, false]);
});

test("a file whose writing was broken off counts as not there", () => {
  writeFileSync(join(folder, "7.json.gz.part"), "half");
  expect(new Recording(folder).seeds()).toEqual([]);
});

test.each([
  ["the present", "2026-05-05T12:00:07.123456Z", "<now>"],
  ["what waits for ten minutes", "2026-05-05T12:10:02Z", "<now + 10 min>"],
  ["a moment that a call named", "2026-05-05T11:43:00.000000Z", "<begun - 1020 s>T.000000Z"],
  ["the same, as the database writes it", "2026-05-05 11:43:00+00:00", "<begun - 1020 s> +00:00"],
  ["a day that means itself", "2026-04-30T00:00:00Z", "2026-04-30T00:00:00Z"],
])("%s is told by how it relates to the beginning", (_, moment, told) => {
  expect(new Normaliser(Date.parse("2026-05-05T12:00:00Z")).value(moment)).toBe(told);
});

test("how long ago a day was is the same on each", () => {
  const [today, tomorrow] = ["2026-05-05", "2026-05-06"].map((day) => new Normaliser(Date.parse(day)));
  const since = 2_000_000;
  expect(today?.value({ lateness: since + 1 })).toEqual(tomorrow?.value({ lateness: since + 86_400 }));
  expect(today?.value({ lateness: since })).not.toEqual(tomorrow?.value({ lateness: since }));
});
