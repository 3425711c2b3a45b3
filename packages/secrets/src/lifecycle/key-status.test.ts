import { secretsContract } from "@praetor/topology";
import { expect, test } from "vitest";
import type { Workload } from "../cluster/workload.ts";
import { sampleSet, setOf, textsOf } from "../testing.ts";
import { keyStatusOf } from "./key-status.ts";

const contract = secretsContract("seed");
const texts = textsOf(sampleSet());
delete texts["redis-passwords"]?.cache;
const set = setOf(texts);
const workloads: Workload[] = [
  { kind: "Deployment", name: "by-environment", readings: [{ object: "redis-passwords", key: "work", by: "environment" }] },
  { kind: "Deployment", name: "by-files", readings: [{ object: "redis-passwords", key: null, by: "files" }] },
  { kind: "CronJob", name: "job", readings: [{ object: "redis-passwords", key: "work", by: "environment" }] },
];
const named = (key: string, given?: readonly Workload[]) =>
  keyStatusOf(set, contract, given).find((each) => each.key === key && !each.object.includes("connection"));

test("every key of the contract has a line", () => expect(keyStatusOf(set, contract)).toHaveLength(89));

test.each([
  ["work", "present"],
  ["adfs-client-secret", "empty"],
  ["cache", "missing"],
])("the key %s is %s", (key, value) => expect(named(key)?.value).toBe(value));

test("who reads a key is told as the contract has it, and as the cluster has it, with who must be restarted", () => {
  expect(named("work")).toMatchObject({ readers: expect.arrayContaining(["nebula-background"]), workloads: undefined });
  expect(named("work", workloads)?.workloads).toEqual([
    { kind: "Deployment", name: "by-environment", needsRestart: true },
    { kind: "Deployment", name: "by-files", needsRestart: false },
    { kind: "CronJob", name: "job", needsRestart: false },
  ]);
});
