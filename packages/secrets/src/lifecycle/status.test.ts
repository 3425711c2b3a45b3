import { secretsContract } from "@praetor/topology";
import { expect, test } from "vitest";
import { annotationNames } from "../render/manifest.ts";
import { SetBuilder } from "../set/secret-set.ts";
import { statusMetrics, statusOf } from "./status.ts";

const now = new Date("2026-06-01T12:00:00Z");

function rowFor(annotations: Record<string, string>, days?: number) {
  const builder = new SetBuilder();
  builder.declare("redis-passwords", { annotations });
  return statusOf(builder.build(), secretsContract("seed"), now, days).find(({ present }) => present);
}

test.each([
  [{}, 90, undefined, undefined],
  [{ [annotationNames.rotatedAt]: "2026-05-01T12:00:00Z" }, undefined, 31, undefined],
  [{ [annotationNames.rotatedAt]: "2026-05-01T13:00:00Z" }, 90, 30, 60],
  [{ [annotationNames.rotatedAt]: "2026-05-01T12:00:00Z", [annotationNames.rotateAfter]: "30d" }, 90, 31, -1],
  [{ [annotationNames.rotatedAt]: "yesterday" }, 90, undefined, undefined],
])("%j with a limit of %s days", (annotations, limit, ageDays, dueInDays) => {
  expect(rowFor(annotations, limit)).toMatchObject({ ageDays, dueInDays });
});

test("every Secret of the contract has a row with its readers, whether it is there or not", () => {
  const rows = statusOf(new SetBuilder().build(), secretsContract("seed"), now);
  expect(rows).toHaveLength(8);
  expect(rows.every(({ present }) => !present)).toBe(true);
  expect(rows.find(({ object }) => object === "events-user-connection-strings")?.readers).toContain("ladler");
});

test("metrics have a sample for what is known, and none for what is not", () => {
  const row = rowFor({ [annotationNames.rotatedAt]: "2026-05-01T12:00:00Z" });
  const text = statusMetrics(row === undefined ? [] : [row]);
  expect(text).toContain('praetor_secret_age_days{secret="redis-passwords"} 31\n');
  expect(text).not.toContain("praetor_secret_due_in_days{");
});

test("a Secret without a date is at most as old as its object", () => {
  const builder = new SetBuilder();
  builder.declare("redis-passwords", { createdAt: "2026-01-01T00:00:00Z" });
  const row = statusOf(builder.build(), secretsContract("seed"), new Date("2026-01-11T12:00:00Z")).find(({ present }) => present);
  expect(row).toMatchObject({ ageDays: undefined, atMostDays: 10 });
});
