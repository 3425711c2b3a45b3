import { expect, test } from "vitest";
import { Fields } from "./fields.ts";
import { canRoll, readersOf, workloadsFrom } from "./workload.ts";

const reference = (name: string, key: string) => ({ name: key, valueFrom: { secretKeyRef: { name, key } } });
const deployment = {
  kind: "Deployment",
  metadata: { name: "scheduler" },
  spec: {
    template: {
      spec: {
        initContainers: [{ env: [reference("orion", "scheduler"), { name: "PLAIN", value: "x" }] }],
        containers: [{ env: [reference("orion", "scheduler")], envFrom: [{ secretRef: { name: "redis" } }] }],
        volumes: [
          { secret: { secretName: "mail", items: [{ key: "smtp", path: "x" }] } },
          { projected: { sources: [{ secret: { name: "keys" } }, { configMap: { name: "keys" } }] } },
        ],
      },
    },
  },
};
const podTemplate = { template: { spec: { containers: [{ env: [reference("events", "partman")] }] } } };
const cronJob = { kind: "CronJob", metadata: { name: "partman" }, spec: { jobTemplate: { spec: podTemplate } } };
const itsJob = { kind: "Job", metadata: { name: "partman-1", ownerReferences: [{ kind: "CronJob" }] }, spec: podTemplate };
const idle = { kind: "Deployment", metadata: { name: "ui" }, spec: { template: { spec: { containers: [{}] } } } };

const workloads = workloadsFrom([deployment, cronJob, itsJob, idle].map((each) => new Fields(each)));

test("every way of reading a Secret is found, once", () => {
  expect(workloads).toEqual([
    {
      kind: "Deployment",
      name: "scheduler",
      readings: [
        { object: "orion", key: "scheduler", by: "environment" },
        { object: "redis", key: null, by: "environment" },
        { object: "mail", key: "smtp", by: "files" },
        { object: "keys", key: null, by: "files" },
      ],
    },
    { kind: "CronJob", name: "partman", readings: [{ object: "events", key: "partman", by: "environment" }] },
  ]);
  expect(workloads.map(canRoll)).toEqual([true, false]);
});

test.each([
  ["orion", "scheduler", ["scheduler"]],
  ["orion", "foreman", []],
  ["redis", "work", ["scheduler"]],
  ["events", "partman", ["partman"]],
])("the key %s/%s is read by %j", (object, key, expected) => {
  expect(readersOf(workloads, object, key).map(({ name }) => name)).toEqual(expected);
});
