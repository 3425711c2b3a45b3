import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startOpenBao, type TestOpenBao } from "../../packages/secrets/src/store/testing/open-bao.ts";
import { cluster, noPods, openNamespace } from "../../scripts/kubernetes/testing.ts";
import { chart, valuesFile } from "./chart.ts";
import { stateFacts } from "./installation.ts";
import { type Peers, startPeers } from "./peers.ts";

let peers: Peers;
beforeAll(async () => {
  peers = await startPeers(cluster.host ?? "127.0.0.1");
});
afterAll(() => peers.stop());

const tryOnServer = ["apply", "--server-side", "--dry-run=server", "--output", "name", "--filename", "-"];

describe("an API server takes what `praetor secrets render` writes", () => {
  test.each([
    ["kubernetes", "secret"],
    ["secret-provider-class --provider aws --parameters region=eu-west-1", "secretproviderclass"],
    ["secret-provider-class --provider azure --parameters keyvaultName=kv,tenantId=t", "secretproviderclass"],
    ["secret-provider-class --provider gcp --parameters project=p", "secretproviderclass"],
    ["secret-provider-class --provider vault --parameters vaultAddress=https://v:8200,roleName=r", "secretproviderclass"],
    ["external-secret --store main", "externalsecret"],
    ["external-secret --store main --store-kind ClusterSecretStore", "externalsecret"],
  ])("%s", async (words, kind) => {
    const namespace = await openNamespace();
    const { secrets, path } = await stateFacts(peers);
    expect(await secrets(`render ${words} --out made.yaml`)).toMatchObject({ outcome: "success" });
    const { code, out, error } = await namespace.kubectl(tryOnServer, readFileSync(path("made.yaml"), "utf8"));
    expect([code, error]).toEqual([0, ""]);
    const names = out.trim().split("\n");
    expect([names.length, names.every((name) => name.startsWith(kind))]).toEqual([9, true]);
  });

  test.each([
    ["secret-provider-class --provider gcp --parameters project=p", "spec:\n  provider: gcp", "spec:\n  provider: 1"],
    ["secret-provider-class --provider gcp --parameters project=p", "  secretObjects:", "  secretObject:"],
    ["external-secret --store main", "creationPolicy: Owner", "creationPolicy: Sometimes"],
    ["external-secret --store main", "kind: SecretStore", "kind: Store"],
    ["external-secret --store main", "    remoteRef:", "    remote:"],
  ])("and refuses %s with a slip in it", async (words, from, to) => {
    const namespace = await openNamespace();
    const { secrets } = await stateFacts(peers);
    const { out } = await secrets(`render ${words}`);
    expect(out).toContain(from);
    expect((await namespace.kubectl(tryOnServer, out.replaceAll(from, to))).code).toBe(1);
  });
});

test("the namespaces of these tests take no Pod that is not restricted", async () => {
  const namespace = await openNamespace();
  const { code, error } = await namespace.kubectl(["run", "free", "--image=praetor", "--dry-run=server"]);
  expect([code, error]).toEqual([1, expect.stringContaining('violates PodSecurity "restricted')]);
});

describe.skipIf(noPods)(`Secrets from a store by the CSI driver${noPods ? ` (not run: ${noPods})` : ""}`, () => {
  let bao: TestOpenBao;
  beforeAll(async () => {
    bao = await startOpenBao();
  });
  afterAll(() => bao.stop());

  test("exist when the jobs start, because these mount their classes, and all is well", async () => {
    const namespace = await openNamespace();
    const { secrets, path } = await stateFacts(peers, { BAO_ADDR: bao.address, BAO_TOKEN: bao.token });
    expect(await secrets("push openbao:secret/prefect")).toMatchObject({ outcome: "success" });
    const parameters = `vaultAddress=${bao.address},roleName=prefect`;
    await secrets(`render secret-provider-class --provider vault --parameters ${parameters} --out classes.yaml`);
    const classes = readFileSync(path("classes.yaml"), "utf8");
    expect(await namespace.kubectl(["apply", "--server-side", "--filename", "-"], classes)).toMatchObject({ code: 0 });
    // The stand-in for the driver logs in by a token, where the driver would by a ServiceAccount.
    const token = `praetor.dev/test-token=${bao.token}`;
    expect(await namespace.kubectl(["annotate", "secretproviderclass", "--all", token])).toMatchObject({ code: 0 });

    const redis = { host: "host.internal", port: peers.redis.port };
    const values = valuesFile({ secretsStore: { enabled: true }, redis });
    const installed = await namespace.helm("install", "praetor", chart, "--values", values);
    expect(installed, namespace.logs("praetor-")).toMatchObject({ code: 0, error: "" });
    expect(namespace.logs("praetor-secrets-doctor")).toMatch(/^All well/m);
    const stored = await secrets("check --from openbao:secret/prefect");
    expect(stored.outcome).toBe("success");
    expect(Object.keys(await namespace.fingerprints())).toHaveLength(93);
  });
});
