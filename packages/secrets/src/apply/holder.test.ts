import { expect, test } from "vitest";
import type { ClusterSecret } from "../cluster/cluster-secret.ts";
import { holderOf } from "./holder.ts";

const plain: ClusterSecret = {
  name: "redis-passwords",
  resourceVersion: "1",
  type: "Opaque",
  immutable: false,
  labels: {},
  annotations: {},
  madeBy: [],
  owners: [],
};
const owner = (name: string) => ({ owners: [{ name, applies: true, fields: new Set<string>() }] });

test.each<[marks: Partial<ClusterSecret>, name: string, remedy: string]>([
  [{ madeBy: [{ kind: "ExternalSecret", name: "redis" }] }, "ExternalSecret redis", "secrets push"],
  [{ madeBy: [{ kind: "SealedSecret", name: "redis" }] }, "SealedSecret redis", "render sealed"],
  [{ labels: { "secrets-store.csi.k8s.io/managed": "true" } }, "the Secrets Store CSI driver", "secrets push"],
  [owner("secrets-store-csi-driver"), "the Secrets Store CSI driver", "secrets push"],
  [
    { annotations: { "argocd.argoproj.io/tracking-id": "prefect:/Secret:prod/redis-passwords" } },
    "Argo CD application prefect",
    "Commit",
  ],
  [{ labels: { "argocd.argoproj.io/instance": "prefect" } }, "Argo CD application prefect", "Commit"],
  [owner("argocd-controller"), "Argo CD", "Commit"],
  [{ labels: { "kustomize.toolkit.fluxcd.io/name": "apps" } }, "Flux Kustomization apps", "Commit"],
  [{ labels: { "helm.toolkit.fluxcd.io/name": "prefect" } }, "Flux HelmRelease prefect", "Commit"],
  [{ annotations: { "meta.helm.sh/release-name": "prefect" } }, "Helm release prefect", "render values"],
  [{ labels: { "app.kubernetes.io/managed-by": "Helm" } }, "Helm", "render values"],
  [{ madeBy: [{ kind: "Operator", name: "x" }] }, "Operator x", "its maker"],
  [
    { madeBy: [{ kind: "SealedSecret", name: "redis" }], labels: { "argocd.argoproj.io/instance": "prefect" } },
    "SealedSecret redis",
    "render sealed",
  ],
])("a Secret with %j is held by %s", (marks, name, remedy) => {
  expect(holderOf({ ...plain, ...marks })).toEqual({ name, remedy: expect.stringContaining(remedy) });
});

test("nobody holds a Secret that people and praetor have written", () => {
  expect(holderOf({ ...plain, ...owner("kubectl-edit"), labels: { "app.kubernetes.io/managed-by": "praetor" } })).toBeUndefined();
});
