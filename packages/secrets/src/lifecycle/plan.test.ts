import { expect, test } from "vitest";
import { deriveSet } from "../facts/derive.ts";
import { percentEncode } from "../percent-encoding.ts";
import { annotationNames } from "../render/manifest.ts";
import { Secret } from "../secret.ts";
import { type SecretSet, SetBuilder } from "../set/secret-set.ts";
import { sampleFacts, samplePasswords, sampleSet, setOf, textsOf } from "../testing.ts";
import { hasChanges, planChanges } from "./plan.ts";

const facts = sampleFacts();
const now = new Date("2026-06-01T00:00:00Z");
const orion = "orion-user-connection-strings";

const planFor = (existing: SecretSet, passwords = samplePasswords, stated = facts) =>
  planChanges({ facts: stated, passwords, existing, now, fingerprintKey: Buffer.from("key") });

const count = (plan: ReturnType<typeof planFor>) => {
  const groups = Object.groupBy(plan, ({ action }) => action);
  return Object.fromEntries(Object.entries(groups).map(([action, keys]) => [action, keys?.length]));
};

/** The sample set with an object's annotations. */
function dated(rotatedAt: string, rotateAfter?: string): SecretSet {
  const builder = new SetBuilder();
  for (const { name, entries } of sampleSet().objects.values()) {
    builder.declare(name, {
      annotations: { [annotationNames.rotatedAt]: rotatedAt, ...(rotateAfter && { [annotationNames.rotateAfter]: rotateAfter }) },
    });
    for (const entry of entries.values()) builder.add(entry);
  }
  return builder.build();
}

test("of nothing, everything is created", () => {
  const plan = planFor(new SetBuilder().build());
  expect(count(plan)).toEqual({ create: 89 });
  expect(plan[0]).toMatchObject({ reason: "The Secret is missing.", existing: null, planned: { length: expect.any(Number) } });
});

test("of what is right, everything is kept, and there is nothing to do", () => {
  const plan = planFor(sampleSet());
  expect([count(plan), hasChanges(plan)]).toEqual([{ keep: 89 }, false]);
  for (const { existing, planned } of plan) expect(existing).toEqual(planned);
});

test("a damaged key is repaired, with the fault as its reason, and no other", () => {
  const texts = textsOf(sampleSet());
  const damaged = setOf({
    ...texts,
    [orion]: { ...texts[orion], scheduler: (texts[orion]?.scheduler ?? "").replace("@", "@n") },
  });
  const plan = planFor(damaged);
  expect(count(plan)).toEqual({ keep: 88, repair: 1 });
  expect(plan.find(({ action }) => action === "repair")).toMatchObject({
    object: orion,
    key: "scheduler",
    reason: expect.stringContaining("stray `n`"),
  });
});

test("a missing key is created and a key that nobody reads is an orphan", () => {
  const { scheduler: _, ...others } = textsOf(sampleSet())[orion] ?? {};
  const plan = planFor(setOf({ ...textsOf(sampleSet()), [orion]: { ...others, "old-service": "x" } }));
  expect(count(plan)).toEqual({ keep: 88, create: 1, orphan: 1 });
  expect(plan.at(-1)).toMatchObject({ key: "old-service", action: "orphan", existing: { length: 1 }, planned: null });
});

test("where the source of the service user's password has another one, all its keys are rotated", () => {
  const replaced = { ...samplePasswords, users: { ...samplePasswords.users, service: Secret.of("Another pass/word 2026") } };
  expect(count(planFor(sampleSet(), replaced))).toEqual({ keep: 17, rotate: 72 });
});

test("where the facts name another host, its keys are repaired", () => {
  const moved = {
    ...facts,
    databases: { ...facts.databases, nebula: { ...facts.databases.nebula, primary: { host: "new.internal", port: 5432 } } },
  };
  expect(count(planFor(sampleSet(), samplePasswords, moved))).toEqual({ keep: 77, repair: 12 });
});

test.each<[string, string, string | undefined, number | undefined, Record<string, number>]>([
  ["old, without a limit", "2025-01-01T00:00:00Z", undefined, undefined, { keep: 89 }],
  ["past the limit of the facts", "2026-01-01T00:00:00Z", undefined, 90, { rotate: 88, keep: 1 }],
  ["past a limit of its own", "2026-05-01T00:00:00Z", "30d", 90, { rotate: 88, keep: 1 }],
  ["younger than the limit", "2026-05-02T00:00:00Z", undefined, 31, { keep: 89 }],
])("values that are %s", (_, rotatedAt, own, days, expected) => {
  // The empty client secret of ADFS is not used, and so never due.
  expect(
    count(planFor(dated(rotatedAt, own), samplePasswords, days === undefined ? facts : { ...facts, rotateAfterDays: days })),
  ).toEqual(expected);
});

test("it shows no value, raw or encoded", () => {
  const text = JSON.stringify([
    planFor(sampleSet()),
    planFor(new SetBuilder().build()),
    planFor(deriveSet(sampleFacts("praetor"), samplePasswords)),
  ]);
  for (const secret of [samplePasswords.users.service, samplePasswords.users.super, ...samplePasswords.others.values()]) {
    for (const form of [secret.reveal(), percentEncode(secret.reveal())]) expect(text).not.toContain(form);
  }
});
