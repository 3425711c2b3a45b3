import { readFile } from "node:fs/promises";
import type { Secret } from "../secret.ts";
import { ClusterError } from "./cluster-error.ts";
import { type ClusterSecrets, clusterSecretsFrom } from "./cluster-secret.ts";
import { Fields } from "./fields.ts";
import { type ClusterTarget, Kubectl } from "./kubectl.ts";
import { type Workload, workloadsFrom } from "./workload.ts";

/** Under this name the API server keeps which fields are ours. */
export const fieldOwnerName = "praetor-secrets";

/** A Secret to apply: exactly the fields that are to be ours. Those that were ours and are not in it are taken away. */
export interface SecretManifest {
  readonly name: string;
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly values: ReadonlyMap<string, Secret>;
  /** The resource version that was read: the Secret is changed only if nobody else has changed it since. */
  readonly over?: string;
}

export interface ApplyOptions {
  /** The API server answers as if it had done it. */
  readonly dryRun?: boolean;
  /** Takes over fields that others hold. */
  readonly force?: boolean;
}

/** One namespace of a Kubernetes cluster. Every method rejects with a ClusterError, which holds no secret. */
export interface Cluster {
  readonly namespace: string;
  /** The Secrets of these names that exist. */
  readSecrets(names: readonly string[]): Promise<ClusterSecrets>;
  /**
   * Makes Secrets without any key, and answers the resource version of each. Rejects when one exists: so of several that
   * would make a Secret, one does.
   */
  makeEmpty(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Server-side apply under our own name; answers the resource version that the object has then. */
  apply(manifest: SecretManifest, options?: ApplyOptions): Promise<{ readonly resourceVersion: string }>;
  /** Removes a Secret, if it is there. */
  remove(name: string): Promise<void>;
  /** The workloads that read Secrets, each with the keys that it reads. */
  workloads(): Promise<readonly Workload[]>;
  /** Replaces the pods of a workload one after another, as its strategy says; answers once that has begun. */
  restart(workload: Pick<Workload, "kind" | "name">): Promise<void>;
  /** Waits until all pods of a workload are new and ready. */
  awaitRollout(workload: Pick<Workload, "kind" | "name">, seconds: number): Promise<void>;
}

/**
 * Opens a cluster by `kubectl`. Without a namespace, the one of its configuration is meant, or of the pod that this runs in.
 *
 * @throws ClusterError when there is no kubectl
 */
export async function openCluster(
  target: ClusterTarget,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<KubectlCluster> {
  const namespace = target.namespace ?? (await usualNamespace(target, environment));
  return new KubectlCluster(namespace, new Kubectl({ ...target, namespace }, environment));
}

const podNamespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

async function usualNamespace(target: ClusterTarget, environment: Readonly<Record<string, string | undefined>>): Promise<string> {
  try {
    const kubectl = new Kubectl(target, environment);
    const configured = await kubectl.run(["config", "view", "--minify", "--output=jsonpath={..namespace}"]);
    return configured.trim() || "default";
  } catch (error) {
    if (!(error instanceof ClusterError) || error.code === "kubectl_missing" || target.context !== undefined) throw error;
    // Without a configuration, kubectl takes the login of the pod that it runs in.
    return readFile(podNamespaceFile, "utf8").then(
      (text) => text.trim(),
      () => "default",
    );
  }
}

export class KubectlCluster implements Cluster {
  readonly namespace: string;
  readonly kubectl: Kubectl;

  constructor(namespace: string, kubectl: Kubectl) {
    this.namespace = namespace;
    this.kubectl = kubectl;
  }

  async readSecrets(names: readonly string[]): Promise<ClusterSecrets> {
    // By name, not as a list: who looks after these Secrets need not be allowed to read the others.
    return clusterSecretsFrom(await this.#get("secrets", ...names, "--show-managed-fields"));
  }

  async makeEmpty(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const items = names.map((name) => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, namespace: this.namespace, labels: { "app.kubernetes.io/managed-by": "praetor" } },
      type: "Opaque",
    }));
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    const line = '{.metadata.name} {.metadata.resourceVersion}{"\\n"}';
    const words = ["create", `--field-manager=${fieldOwnerName}`, "--filename=-", `--output=jsonpath=${line}`];
    const printed = await this.kubectl.run(words, { input });
    return new Map(
      printed
        .trim()
        .split("\n")
        .map((each): [string, string] => [each.split(" ")[0] ?? "", each.split(" ")[1] ?? ""]),
    );
  }

  async apply(
    manifest: SecretManifest,
    { dryRun = false, force = false }: ApplyOptions = {},
  ): Promise<{ resourceVersion: string }> {
    const words = ["apply", "--server-side", `--field-manager=${fieldOwnerName}`, "--filename=-", "--output=json"];
    if (dryRun) words.push("--dry-run=server");
    if (force) words.push("--force-conflicts");
    const input = JSON.stringify(objectOf(manifest, this.namespace));
    const answer = await this.kubectl.run(words, { input, secrets: [...manifest.values.values()] });
    return { resourceVersion: new Fields(JSON.parse(answer)).at("metadata").text("resourceVersion") ?? "" };
  }

  async remove(name: string): Promise<void> {
    await this.kubectl.run(["delete", "secret", name, "--ignore-not-found", "--wait=true"]);
  }

  async workloads(): Promise<readonly Workload[]> {
    return workloadsFrom(await this.#get("deployments,statefulsets,daemonsets,cronjobs,jobs"));
  }

  async restart(workload: Pick<Workload, "kind" | "name">): Promise<void> {
    await this.kubectl.run(["rollout", "restart", resourceOf(workload)]);
  }

  async awaitRollout(workload: Pick<Workload, "kind" | "name">, seconds: number): Promise<void> {
    await this.kubectl.run(["rollout", "status", resourceOf(workload), `--timeout=${seconds}s`], { requestSeconds: 0 });
  }

  async #get(...words: readonly string[]): Promise<readonly Fields[]> {
    return objectsIn(await this.kubectl.run(["get", ...words, "--ignore-not-found", "--output=json"]));
  }
}

/** With no object kubectl prints nothing, with one that one, with several a list. */
function objectsIn(printed: string): readonly Fields[] {
  if (printed.trim() === "") return [];
  const answer = new Fields(JSON.parse(printed));
  return answer.has("items") ? answer.list("items") : [answer];
}

const resourceOf = ({ kind, name }: Pick<Workload, "kind" | "name">): string => `${kind.toLowerCase()}/${name}`;

function objectOf({ name, type, labels, annotations, values, over }: SecretManifest, namespace: string) {
  const data = [...values].map(([key, value]) => [key, Buffer.from(value.reveal()).toString("base64")]);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace, labels, annotations, ...(over !== undefined && { resourceVersion: over }) },
    type,
    data: Object.fromEntries(data),
  };
}
