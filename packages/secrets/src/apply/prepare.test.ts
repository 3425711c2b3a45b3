import { expect, test } from "vitest";
import type { ClusterSecret, FieldOwner } from "../cluster/cluster-secret.ts";
import { Secret } from "../secret.ts";
import { sampleFacts, samplePasswords, sampleSet, setOf, type Texts, textsOf } from "../testing.ts";
import { type ApplyInput, prepareApply } from "./prepare.ts";

const facts = sampleFacts();
const now = new Date("2026-06-01T00:00:00Z");
const rotatedAt = { "praetor.dev/rotated-at": "2026-01-01T00:00:00.000Z" };
const ours = (...fields: string[]): FieldOwner => ({ name: "praetor-secrets", applies: true, fields: new Set(fields) });
const theirs = (...fields: string[]): FieldOwner => ({ name: "kubectl-edit", applies: false, fields: new Set(fields) });

/** What is prepared for a cluster that has these values, and these marks on every Secret. */
function prepared(texts: Texts, marks: Partial<ClusterSecret> = {}, input: Partial<ApplyInput> = {}) {
  const secrets = Object.keys(texts).map((name): [string, ClusterSecret] => [
    name,
    {
      name,
      resourceVersion: "7",
      type: "Opaque",
      immutable: false,
      labels: {},
      annotations: rotatedAt,
      madeBy: [],
      owners: [],
      ...marks,
    },
  ]);
  const existing = { set: setOf(texts), secrets: new Map(secrets) };
  const changes = prepareApply({ facts, passwords: samplePasswords, existing, now, force: false, ...input });
  return new Map(changes.map((change) => [change.object, change]));
}

const redis = "redis-passwords";
const right = "One Redis, 1 pa$$word";
const correct = (): Texts => textsOf(sampleSet());
const damaged = (key = "work"): Texts => ({ ...correct(), [redis]: { ...correct()[redis], [key]: "not it" } });

test("of a namespace with nothing every Secret is made, whole, with its date", () => {
  const changes = [...prepared({}).values()];
  expect(changes.map(({ action }) => action)).toEqual(Array.from({ length: 8 }, () => "create"));
  expect(changes.reduce((sum, { manifest }) => sum + (manifest?.values.size ?? 0), 0)).toBe(89);
  expect(changes[0]?.manifest).toMatchObject({
    type: "Opaque",
    labels: { "app.kubernetes.io/managed-by": "praetor" },
    annotations: { "praetor.dev/contract": "seed-1", "praetor.dev/rotated-at": now.toISOString() },
  });
});

test.each([
  ["ours", [ours("data.work")]],
  ["another's", [theirs("data.work")]],
  ["Helm's", [{ ...ours(), name: "helm" }]],
])("what is right is kept, also when it is %s", (_, owners) => {
  const changes = [...prepared(correct(), { owners }).values()];
  expect(changes.every(({ action, manifest, refusals }) => action === "keep" && !manifest && refusals.length === 0)).toBe(true);
});

test("what is due is still right", () => {
  const changes = prepared(correct(), {}, { facts: { ...facts, rotateAfterDays: 1 } });
  expect([...changes.values()].every(({ action }) => action === "keep")).toBe(true);
});

test("of a Secret of another's only the keys that are wrong become ours, over what was read", () => {
  const texts = damaged();
  delete texts[redis]?.cache;
  const change = prepared(texts).get(redis);
  expect(change).toMatchObject({ action: "change", refusals: [] });
  expect(change?.keys.map(({ key, action }) => [key, action])).toEqual([
    ["cache", "create"],
    ["work", "rotate"],
  ]);
  expect([...(change?.manifest?.values.keys() ?? [])]).toEqual(["cache", "work"]);
  expect(change?.manifest).toMatchObject({ labels: {}, over: "7" });
});

test("what is ours already stays in what is applied, also keys that nobody reads any more", () => {
  const texts = damaged();
  Object.assign(texts[redis] ?? {}, { old: "kept", others: "not ours" });
  const owners = [ours("data.events", "data.old", "labels.app.kubernetes.io/managed-by", "annotations.ours")];
  const labels = { "app.kubernetes.io/managed-by": "praetor", theirs: "x" };
  const annotations = { ...rotatedAt, ours: "kept", theirs: "x" };
  const manifest = prepared(texts, { owners, labels, annotations }).get(redis)?.manifest;
  expect([...(manifest?.values ?? [])].map(([key, value]) => [key, value.reveal()])).toEqual([
    ["events", "One Redis, 1 pa$$word"],
    ["old", "kept"],
    ["work", "One Redis, 1 pa$$word"],
  ]);
  expect(manifest?.labels).toEqual({ "app.kubernetes.io/managed-by": "praetor" });
  expect(manifest?.annotations).toMatchObject({ ours: "kept" });
  expect(manifest?.annotations).not.toHaveProperty("theirs");
});

test("a Secret keeps its type", () => {
  expect(prepared(damaged(), { type: "example.com/x" }).get(redis)?.manifest?.type).toBe("example.com/x");
});

test.each<[what: string, texts: () => Texts, dates: Record<string, string>]>([
  ["is missing is made, and the Secret stays as old as it was", () => ({ ...correct(), [redis]: { work: right } }), {}],
  [
    "is the first of its Secret has the date of all",
    () => ({ ...correct(), [redis]: {} }),
    { "praetor.dev/rotated-at": now.toISOString() },
  ],
  ["was replaced at its source has a date of its own", () => damaged(), { "praetor.dev/rotated-at.work": now.toISOString() }],
])("a value that %s", (_, texts, dates) => {
  const annotations = prepared(texts()).get(redis)?.manifest?.annotations ?? {};
  expect(Object.fromEntries(Object.entries(annotations).filter(([name]) => name.includes("rotated-at")))).toEqual(dates);
});

test("a key that somebody else wrote is refused by name, and taken over only by force", () => {
  const owners = [theirs("data.work", "annotations.praetor.dev/rotated-at.work")];
  const refused = prepared(damaged(), { owners }).get(redis);
  expect(refused?.refusals).toEqual([
    { object: redis, key: "work", owner: "kubectl-edit", remedy: expect.stringContaining("--force-conflicts") },
  ]);
  expect(refused?.manifest?.annotations).not.toHaveProperty(["praetor.dev/rotated-at.work"]);
  const forced = prepared(damaged(), { owners }, { force: true }).get(redis);
  expect(forced?.refusals).toEqual([]);
  expect(forced?.manifest?.annotations).toHaveProperty(["praetor.dev/rotated-at.work"]);
});

test("a Secret that is delivered is refused as a whole", () => {
  const madeBy = [{ kind: "ExternalSecret", name: "redis" }];
  expect(prepared(damaged(), { madeBy }).get(redis)?.refusals).toMatchObject([{ key: null, owner: "ExternalSecret redis" }]);
});

test("an immutable Secret is refused, by force too", () => {
  const change = prepared(damaged(), { immutable: true }, { force: true }).get(redis);
  expect(change?.refusals).toMatchObject([
    { key: null, remedy: expect.stringContaining("kubectl delete secret redis-passwords") },
  ]);
});

test("nothing that is prepared can be printed", () => {
  const [change] = prepared(
    damaged(),
    {},
    { passwords: { ...samplePasswords, others: new Map([[`${redis}/work`, Secret.of("c4nary")]]) } },
  ).values();
  expect(JSON.stringify(change, (_, value: unknown) => (value instanceof Map ? [...value] : value))).not.toContain("c4nary");
});
