/**
 * Plays scheduler, kubelet and kube-proxy for a control plane without nodes: every Pod becomes real processes of this machine,
 * so that a chart's Jobs, Deployments, probes, Secrets and Services are tried for real.
 *
 *     KUBECONFIG=... node main.ts IMAGES NETWORK LOGS      (root, Linux; needs iproute2 and util-linux; ends on SIGTERM)
 *
 * IMAGES is a file that says what an image is on this machine (images.ts), NETWORK a ClusterNetwork as JSON, LOGS a folder.
 *
 * A Pod has a network namespace and an address of its own; its containers see this machine's root, copy-on-write, with their
 * volumes mounted. Not here: the contents of images, limits, NetworkPolicy, UDP, DNS proper, lifecycle hooks, `kubectl exec`.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubernetesApi, unless } from "../kubernetes-api.ts";
import { type ClusterNetwork, hostOf } from "../network.ts";
import { readImages } from "./images.ts";
import type { Pod } from "./objects.ts";
import { beside } from "./references.ts";
import { serveKubelet } from "./kubelet.ts";
import { logPath, type Node, RunningPod } from "./run-pod.ts";
import { Services } from "./services.ts";

const [imagesFile = "", networkText = "", logs = ""] = process.argv.slice(2);
const network = JSON.parse(networkText) as ClusterNetwork;
const api = new KubernetesApi(process.env["KUBECONFIG"] ?? "");
const state = mkdtempSync(join(tmpdir(), "praetor-pods-"));
mkdirSync(logs, { recursive: true });
const hosts = join(state, "hosts");
const services = new Services(api, network, hosts);
const node: Node = {
  name: "local",
  api,
  images: readImages(imagesFile),
  network,
  state,
  logs,
  hosts,
  serviceEnvironment: () => ({ KUBERNETES_SERVICE_HOST: services.apiAddress(), KUBERNETES_SERVICE_PORT: "443" }),
};
const pods = new Map<string, RunningPod>();
/** Numbers of addresses that are free; `.1` is this machine. */
const free = Array.from({ length: 250 }, (_, index) => index + 2);

function begin(pod: Pod): void {
  const number = free.shift();
  if (number === undefined) throw new Error("there are 250 Pods already");
  const running = new RunningPod(node, pod, number);
  pods.set(pod.metadata.uid, running);
  running.run().catch((error: unknown) => running.note(undefined, String(error)));
}

async function end(uid: string, running: RunningPod, graceSeconds: number): Promise<void> {
  await running.end(graceSeconds);
  if (pods.delete(uid)) free.push(Number(running.address.split(".").at(-1)));
}

function onPod(deleted: boolean, pod: Pod): void {
  const { uid, name, deletionTimestamp, deletionGracePeriodSeconds = 30 } = pod.metadata;
  const known = pods.get(uid);
  if (deleted) {
    if (known) void end(uid, known, 0);
  } else if (deletionTimestamp !== undefined) {
    const gone = { gracePeriodSeconds: 0, preconditions: { uid } };
    const ended = known ? end(uid, known, deletionGracePeriodSeconds) : Promise.resolve();
    void ended
      .then(() => api.delete(beside(pod, "pods", name), gone))
      .catch(unless(404))
      .catch((error: unknown) => console.error(String(error)));
  } else if (known === undefined && (pod.status?.phase ?? "Pending") === "Pending") begin(pod);
}

async function stop(): Promise<void> {
  await Promise.all(Array.from(pods, ([uid, running]) => end(uid, running, 2)));
  rmSync(state, { recursive: true, force: true });
  process.exit(0);
}

process.on("SIGTERM", () => void stop()).on("SIGINT", () => void stop());
const labels = { "kubernetes.io/hostname": node.name, "kubernetes.io/os": "linux" };
await api.post("/api/v1/nodes", { metadata: { name: node.name, labels } }).catch(unless(409));
const kubelet = await serveKubelet(hostOf(network), api.authority, {
  logOf: (namespace, pod, container) => {
    const path = logPath(logs, namespace, pod, container);
    return existsSync(path) ? path : undefined;
  },
  isRunning: (namespace, name) =>
    Array.from(pods.values()).some(
      ({ pod: { metadata }, stopping }) => metadata.namespace === namespace && metadata.name === name && !stopping,
    ),
});
const status = {
  conditions: [{ type: "Ready", status: "True", reason: "PodRunner" }],
  addresses: [{ type: "InternalIP", address: hostOf(network) }],
  daemonEndpoints: { kubeletEndpoint: { Port: kubelet.port } },
};
await api.patch(`/api/v1/nodes/${node.name}/status`, { status }, "application/merge-patch+json");
services.follow();
void api.watch<Pod>("/api/v1/pods", (type, pod) => onPod(type === "DELETED", pod));
