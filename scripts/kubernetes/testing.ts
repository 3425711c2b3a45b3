/** What tests of the cluster use: namespaces of their own, and Helm and kubectl in them. */
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject, onTestFinished } from "vitest";
import { KubernetesApi, unless } from "./kubernetes-api.ts";
import type { ClusterFacts } from "./set-up.ts";

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  /** Without what Kubernetes' client library notes for its own information, such as a watch that was ended. */
  readonly error: string;
}

/** A namespace of a test's own, in which Pods must meet the restricted profile. */
export interface TestNamespace {
  readonly name: string;
  readonly api: KubernetesApi;
  helm(...args: string[]): Promise<Finished>;
  kubectl(args: readonly string[], input?: string): Promise<Finished>;
  /** A Secret's values, or undefined when it is not there. */
  secret(name: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** A digest of every value of the Secrets of type Opaque, by Secret and key: to compare them, and show none when they differ. */
  fingerprints(): Promise<Readonly<Record<string, string>>>;
  /** What the containers printed of the Pods whose names begin so. */
  logs(pods: string): string;
  remove(): Promise<void>;
}

/** The facts of the cluster that the set-up of this run has started. */
export const cluster: ClusterFacts = inject("cluster");

/** Why what needs Pods does not run; undefined where it does. */
export const noPods: string | undefined = cluster.host === undefined ? (cluster.whyNoPods ?? "no pods") : undefined;

/** The Helm that the package of kubectl brings, and the last major version before it, which is built from its sources. */
export const helmExecutables: Readonly<Record<"Helm 3" | "Helm 4", string | undefined>> = {
  "Helm 3": cluster.helm3,
  "Helm 4": join(cluster.commands, "helm"),
};

export interface NamespaceOptions {
  /** The test removes it itself. */
  readonly kept?: boolean;
  /** The executable that `helm` runs; Helm 4 unless given. */
  readonly helm?: string | undefined;
}

/** Makes a namespace, and removes it when the test ends, unless the test keeps it for others. */
export async function openNamespace({ kept = false, helm }: NamespaceOptions = {}): Promise<TestNamespace> {
  const name = `test-${randomBytes(4).toString("hex")}`;
  const api = new KubernetesApi(cluster.kubeconfig);
  const labels = { "pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/warn": "restricted" };
  await api.post("/api/v1/namespaces", { metadata: { name, labels } });
  const home = mkdtempSync(join(tmpdir(), "praetor-helm-"));
  const environment = environmentFor(home);
  const remove = async () => {
    rmSync(home, { recursive: true, force: true });
    await api.delete(`/api/v1/namespaces/${name}`).catch(unless(404));
  };
  if (!kept) onTestFinished(remove);
  return {
    name,
    api,
    helm: (...args) => run(helm ?? join(cluster.commands, "helm"), ["--namespace", name, ...args], environment),
    kubectl: (args, input) => run(join(cluster.commands, "kubectl"), ["--namespace", name, ...args], environment, input),
    secret: (secret) => readSecret(api, name, secret),
    fingerprints: () => fingerprintsOf(api, name),
    logs: (pods) => logsOf(`${name}_${pods}`),
    remove,
  };
}

function environmentFor(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], HOME: home, HELM_CACHE_HOME: home, KUBECONFIG: cluster.kubeconfig };
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv, input = ""): Promise<Finished> {
  const child = spawn(command, args, { env });
  let [out, error] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (error += text));
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (code) => resolve({ code, out, error: error.replace(/^I\d{4} [\d:.]+ .*\n/gm, "") }));
  });
}

async function readSecret(api: KubernetesApi, namespace: string, name: string) {
  const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
  const found = await api.get<{ data?: Record<string, string> }>(path).catch(unless(404));
  if (found === undefined) return undefined;
  const entries = Object.entries(found.data ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
}

interface StoredSecret {
  readonly metadata: { readonly name: string };
  readonly type: string;
  readonly data?: Readonly<Record<string, string>>;
}

async function fingerprintsOf(api: KubernetesApi, namespace: string): Promise<Readonly<Record<string, string>>> {
  const { items } = await api.get<{ items: StoredSecret[] }>(`/api/v1/namespaces/${namespace}/secrets`);
  const own = items.filter(({ type }) => type === "Opaque");
  const entries = own.flatMap(({ metadata, data = {} }) =>
    Object.entries(data).map(([key, value]) => [
      `${metadata.name}/${key}`,
      createHash("sha256").update(value).digest("hex").slice(0, 12),
    ]),
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

function logsOf(prefix: string): string {
  const files = readdirSync(cluster.logs).filter((name) => name.startsWith(prefix));
  return files.map((name) => readFileSync(join(cluster.logs, name), "utf8")).join("");
}
