import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cluster, openNamespace } from "../../../../scripts/kubernetes/testing.ts";
import { Secret } from "../secret.ts";
import { startOpenBao, type TestOpenBao } from "./testing/open-bao.ts";
import { pushFields } from "./vault-set.ts";
import { Vault } from "./vault.ts";
import { vaultSettings } from "./vault-settings.ts";

let bao: TestOpenBao;
let folder: string;
beforeAll(async () => {
  bao = await startOpenBao();
  folder = mkdtempSync(join(tmpdir(), "praetor-login-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await bao.stop();
});

test("a pod logs in by its service account, and one whose account has no role is refused", async () => {
  const namespace = await openNamespace();
  const account = async (name: string) => {
    await namespace.kubectl(["create", "serviceaccount", name]);
    return (await namespace.kubectl(["create", "token", name])).out.trim();
  };
  const reviewer = await account("reviewer");
  const binding = `reviewer-${namespace.name}`;
  const grant = ["create", "clusterrolebinding", binding, "--clusterrole=system:auth-delegator"];
  await namespace.kubectl([...grant, `--serviceaccount=${namespace.name}:reviewer`]);
  const config = JSON.parse(readFileSync(cluster.kubeconfig, "utf8")) as {
    clusters: { cluster: { server: string; "certificate-authority": string } }[];
  };
  const server = config.clusters[0]?.cluster;
  await bao.call("POST", "sys/auth/kubernetes", { type: "kubernetes" });
  await bao.call("POST", "auth/kubernetes/config", {
    kubernetes_host: server?.server,
    kubernetes_ca_cert: readFileSync(server?.["certificate-authority"] ?? "", "utf8"),
    token_reviewer_jwt: reviewer,
  });
  await bao.call("PUT", "sys/policies/acl/praetor", {
    policy: 'path "secret/*" { capabilities = ["read", "create", "update"] }',
  });
  await bao.call("POST", "auth/kubernetes/role/praetor", {
    bound_service_account_names: "praetor",
    bound_service_account_namespaces: namespace.name,
    token_policies: "praetor",
  });
  const open = (token: string) => {
    writeFileSync(join(folder, "token"), `${token}\n`);
    const { BAO_TOKEN: _, ...environment } = bao.environment;
    return new Vault(vaultSettings("openbao", { ...environment, BAO_KUBERNETES_ROLE: "praetor" }, join(folder, "token")));
  };
  const vault = open(await account("praetor"));
  await pushFields(vault, "secret/pod", new Map([["a", Secret.of("1")]]));
  expect((await vault.read("secret/pod"))?.fields.get("a")?.reveal()).toBe("1");
  const stranger = open(await account("stranger"));
  await expect(stranger.read("secret/pod")).rejects.toMatchObject({ code: "store_login_refused" });
  await namespace.kubectl(["delete", "clusterrolebinding", binding]);
});
