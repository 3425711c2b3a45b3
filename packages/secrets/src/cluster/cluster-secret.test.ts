import { expect, test } from "vitest";
import { clusterSecretsFrom } from "./cluster-secret.ts";
import { Fields } from "./fields.ts";

const object = new Fields({
  kind: "Secret",
  type: "Opaque",
  immutable: true,
  metadata: {
    name: "redis-passwords",
    namespace: "prod",
    resourceVersion: "41",
    creationTimestamp: "2026-01-02T03:04:05Z",
    labels: { app: "x" },
    annotations: { "praetor.dev/rotated-at": "2026-01-01T00:00:00.000Z" },
    ownerReferences: [{ kind: "ExternalSecret", name: "redis" }],
    managedFields: [
      {
        manager: "praetor-secrets",
        operation: "Apply",
        fieldsV1: {
          "f:data": { ".": {}, "f:work": {} },
          "f:metadata": { "f:annotations": { "f:praetor.dev/rotated-at": {} }, "f:labels": { "f:app": {} } },
          "f:type": {},
        },
      },
      { manager: "kubectl-edit", operation: "Update", fieldsV1: { "f:data": { "f:cache": {} } } },
    ],
  },
  data: { work: Buffer.from("pa$$ é\n").toString("base64"), cache: Buffer.from([255]).toString("base64") },
});

test("a Secret is read with its values, what is no text, and who holds which field", () => {
  const { set, secrets } = clusterSecretsFrom([object]);
  expect(set.objects.get("redis-passwords")).toMatchObject({ namespace: "prod", createdAt: "2026-01-02T03:04:05Z" });
  expect(set.objects.get("redis-passwords")?.entries.get("work")?.value.reveal()).toBe("pa$$ é\n");
  expect(set.faults).toEqual([{ code: "value_not_text", object: "redis-passwords", key: "cache" }]);
  expect(secrets.get("redis-passwords")).toEqual({
    name: "redis-passwords",
    resourceVersion: "41",
    type: "Opaque",
    immutable: true,
    labels: { app: "x" },
    annotations: { "praetor.dev/rotated-at": "2026-01-01T00:00:00.000Z" },
    madeBy: [{ kind: "ExternalSecret", name: "redis" }],
    owners: [
      {
        name: "praetor-secrets",
        applies: true,
        fields: new Set(["data.work", "annotations.praetor.dev/rotated-at", "labels.app"]),
      },
      { name: "kubectl-edit", applies: false, fields: new Set(["data.cache"]) },
    ],
  });
});
