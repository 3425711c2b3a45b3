import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { secretsContract } from "@praetor/topology";
import { afterEach, beforeEach, expect, test } from "vitest";
import { percentEncode } from "../percent-encoding.ts";
import { sampleFacts, sampleSet, setOf, textsOf } from "../testing.ts";
import { Journal } from "./journal.ts";
import { lockRotation } from "./lock.ts";
import { findTarget, rotationTargets } from "./target.ts";
import { factsInTurn, twinOf } from "./twin.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "praetor-rotation-"))));
afterEach(() => rmSync(folder, { recursive: true }));

test("a second rotation is kept out, and the lock of a process that is gone is taken over", () => {
  const path = join(folder, "lock");
  const unlock = lockRotation(path);
  expect(() => lockRotation(path)).toThrow(`process ${process.pid} on ${hostname()}`);
  unlock();
  // No process has this number.
  writeFileSync(path, `${hostname()} 4194305 x\n`);
  lockRotation(path)();
  writeFileSync(path, "another-host 1 x\n");
  expect(() => lockRotation(path)).toThrow("on another-host");
  expect(readdirSync(folder)).toEqual(["lock"]);
});

test.each([
  "",
  "{",
  "[]",
  '{"version": 2}',
  '{"version": 1, "name": "x", "where": "y", "direction": "up", "step": "deliver", "party": {}}',
])("a journal that is %j is refused, and not taken for none", (text) => {
  writeFileSync(join(folder, "journal.json"), text);
  expect(() => new Journal(join(folder, "journal.json")).read()).toThrow("no journal that this version can read");
});

test.each([
  ["serviceUser", 72],
  ["superUser", 7],
  ["redis.cache", 1],
  ["redis-passwords/work", 1],
  ["okta-client-secret", 1],
  ["nothing", undefined],
])("%s has %s keys of the published list", (typed, count) => {
  expect(findTarget(secretsContract("seed"), typed)?.entries.length).toBe(count);
});

test("every key belongs to one target", () => {
  for (const name of ["seed", "praetor"] as const) {
    const { entries } = secretsContract(name);
    expect(rotationTargets(secretsContract(name)).flatMap((target) => target.entries)).toHaveLength(entries.length);
  }
});

test("roles take turns, and facts follow a set in which it is the twin's", () => {
  expect([twinOf("prefect"), twinOf("prefect_b")]).toEqual(["prefect_b", "prefect"]);
  const facts = sampleFacts();
  const turned = Object.entries(textsOf(sampleSet())).map(([object, values]) => [
    object,
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.replace("//prefect:", "//prefect_b:")])),
  ]);
  expect(factsInTurn(facts, setOf(Object.fromEntries(turned))).users.service.name).toBe("prefect_b");
  expect(factsInTurn(facts, sampleSet()).users).toEqual(facts.users);
  const other = Object.entries(textsOf(sampleSet())).map(([object, values]) => [
    object,
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, value.replace("//prefect:", `//${percentEncode("other")}:`)]),
    ),
  ]);
  expect(factsInTurn(facts, setOf(Object.fromEntries(other))).users.service.name).toBe("prefect");
});
