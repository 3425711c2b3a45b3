import { secretsContract } from "@praetor/topology";
import { expect, test } from "vitest";
import { sampleSet, setOf, type Texts, textsOf } from "../testing.ts";
import { check } from "./check.ts";

const seed = secretsContract("seed");
const orion = "orion-user-connection-strings";
const replica = "nebula-replica-user-connection-strings";

const without = (object: string, key?: string): Texts => {
  const { [object]: values = {}, ...others } = textsOf(sampleSet());
  if (key === undefined) return others;
  const { [key]: _, ...rest } = values;
  return { ...others, [object]: rest };
};

test.each(seed.entries.map(({ object, key }) => [object, key] as const))("%s without %s", (object, key) => {
  const found = check(setOf(without(object, key)), seed);
  expect(found.map((finding) => [finding.code, finding.object, finding.key])).toEqual([["key_missing", object, key]]);
});

test.each([...new Set(seed.entries.map(({ object }) => object))])("without %s", (object) => {
  const found = check(setOf(without(object)), seed);
  expect(found.map((finding) => [finding.code, finding.object, finding.key])).toEqual([["object_missing", object, null]]);
  expect(found[0]?.message).toMatch(/with its \d+ keys/);
});

test("a misspelled key is both missing and unknown, and each says so", () => {
  const texts = without(orion, "scheduler");
  const found = check(setOf({ ...texts, [orion]: { ...texts[orion], sheduler: "x" } }), seed);
  expect(found.map(({ code, key }) => [code, key])).toEqual([
    ["key_missing", "scheduler"],
    ["key_unknown", "sheduler"],
  ]);
  expect(found[0]?.message).toContain("`sheduler`");
  expect(found[1]?.remedy).toContain("Rename it to `scheduler`");
});

test("a key in the wrong Secret says where it belongs", () => {
  const texts = textsOf(sampleSet());
  const found = check(setOf({ ...texts, [replica]: { ...texts[replica], ladler: "x" } }), seed);
  expect(found.map(({ code, object, key }) => [code, object, key])).toEqual([["key_unknown", replica, "ladler"]]);
  expect(found[0]?.remedy).toContain("events-user-connection-strings");
});

test("a misspelled Secret says which is meant; a Secret of another application is left alone", () => {
  const { [orion]: values = {}, ...others } = textsOf(sampleSet());
  const found = check(setOf({ ...others, "orion-user-connection-string": values, "grafana-admin": { password: "x" } }), seed);
  expect(found.map(({ code, object }) => [code, object])).toEqual([
    ["object_missing", orion],
    ["object_unknown", "orion-user-connection-string"],
  ]);
});
