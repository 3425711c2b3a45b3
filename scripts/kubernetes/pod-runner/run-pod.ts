import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type KubernetesApi, unless } from "../kubernetes-api.ts";
import { type ClusterNetwork, hostOf, ip, namespacePrefix, removeNamespace } from "../network.ts";
import { type RunningContainer, signal, startContainer } from "./container.ts";
import { imageOf, type Images } from "./images.ts";
import type { Container, Pod } from "./objects.ts";
import { beside, type Environment, environmentOf, type PlacedPod } from "./references.ts";
import { type Host, runContainer } from "./run-container.ts";
import { PodStatus } from "./status.ts";
import { makeVolumes } from "./volumes.ts";

/** What all Pods share. */
export interface Node {
  readonly name: string;
  readonly api: KubernetesApi;
  readonly images: Images;
  readonly network: ClusterNetwork;
  /** The runner's own folder, removed at its end. */
  readonly state: string;
  readonly logs: string;
  readonly hosts: string;
  /** The variables that every container gets for the API server. */
  serviceEnvironment(): Environment;
}

/** The file that keeps what a container prints. */
export const logPath = (logs: string, namespace: string, pod: string, container: string): string =>
  join(logs, `${namespace}_${pod}_${container}.log`);

/** One Pod, from its binding to this node to its end. */
export class RunningPod implements Host, PlacedPod {
  readonly pod: Pod;
  readonly address: string;
  readonly hostAddress: string;
  stopping = false;
  readonly #node: Node;
  readonly #netns: string;
  readonly #home: string;
  readonly #status: PodStatus;
  readonly #running = new Set<RunningContainer>();
  #volumes: ReadonlyMap<string, string> = new Map();
  #networked = false;
  #ended: Promise<void> | undefined;

  constructor(node: Node, pod: Pod, number: number) {
    this.pod = pod;
    this.#node = node;
    this.address = `${node.network.subnet}.${number}`;
    this.hostAddress = hostOf(node.network);
    this.#netns = `${namespacePrefix(node.network)}${pod.metadata.uid.slice(0, 13)}`;
    this.#home = join(node.state, pod.metadata.uid);
    this.#status = new PodStatus(node.api, this);
  }

  /** Runs everything that the Pod asks for, in its order, until it has ended. */
  async run(): Promise<void> {
    const { name } = this.pod.metadata;
    const target = { kind: "Node", name: this.#node.name };
    const binding = { apiVersion: "v1", kind: "Binding", metadata: { name }, target };
    await this.#node.api.post(`${beside(this.pod, "pods", name)}/binding`, binding).catch(unless(409));
    this.#connect();
    this.changed();
    if (!(await this.#mount()) || !(await this.#initialize())) return;
    this.#status.phase = "Running";
    const policy = this.pod.spec.restartPolicy ?? "Always";
    const codes = await Promise.all(
      this.pod.spec.containers.map((container) => runContainer(this, container, this.#status.of(container), policy)),
    );
    this.#status.phase = codes.every((code) => code === 0) ? "Succeeded" : "Failed";
    this.changed();
    // Sidecars end with the Pod's work.
    this.stopping = true;
    for (const container of this.#running) signal(container, "SIGTERM");
  }

  /** Ends every container, with so long to end by itself, and removes what the Pod had here. */
  end(graceSeconds: number): Promise<void> {
    this.#ended ??= this.#end(graceSeconds);
    return this.#ended;
  }

  async #end(graceSeconds: number): Promise<void> {
    this.stopping = true;
    const containers = [...this.#running];
    for (const container of containers) signal(container, "SIGTERM");
    const ended = Promise.all(containers.map(({ exited }) => exited));
    await Promise.race([ended, pause(graceSeconds * 1000, undefined, { ref: false })]);
    for (const container of containers) signal(container, "SIGKILL");
    await ended;
    await this.#status.settled();
    if (this.#networked) removeNamespace(this.#netns);
    rmSync(this.#home, { recursive: true, force: true });
  }

  async start(container: Container): Promise<RunningContainer> {
    const { api, images, hosts, logs } = this.#node;
    const environment = {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      HOSTNAME: this.pod.metadata.name,
      HOME: "/tmp",
      ...this.#node.serviceEnvironment(),
      ...imageOf(images, container.image).env,
      ...(await environmentOf(api, this, container)),
    };
    const { namespace, name } = this.pod.metadata;
    const log = logPath(logs, namespace, name, container.name);
    const top = join(this.#home, "top");
    const { pod } = this;
    const volumes = this.#volumes;
    const running = startContainer(container, { images, pod, netns: this.#netns, top, hosts, volumes, environment, log });
    this.#running.add(running);
    void running.exited.then(() => this.#running.delete(running));
    return running;
  }

  note(container: Container | undefined, message: string): void {
    const { namespace, name } = this.pod.metadata;
    const line = `${namespace}/${name}${container ? `/${container.name}` : ""}: ${message}\n`;
    appendFileSync(join(this.#node.logs, "runner.log"), line);
  }

  changed(): void {
    this.#status.report();
  }

  #connect(): void {
    const { bridge } = this.#node.network;
    const link = `v${this.pod.metadata.uid.slice(0, 12)}`;
    ip("netns", "add", this.#netns);
    this.#networked = true;
    ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", this.#netns);
    ip("link", "set", link, "master", bridge, "up");
    for (const words of ["link set lo up", `addr add ${this.address}/24 dev eth0`, "link set eth0 up"])
      ip("-n", this.#netns, ...words.split(" "));
    ip("-n", this.#netns, "route", "add", "default", "via", this.hostAddress);
  }

  /** As a kubelet does: what cannot be mounted is tried again. False when the Pod is to end meanwhile. */
  async #mount(): Promise<boolean> {
    const { api, images, state } = this.#node;
    while (!this.stopping) {
      try {
        this.#volumes = await makeVolumes({ api, images, claims: join(state, "claims") }, this, this.#home);
        return true;
      } catch (error) {
        this.note(undefined, `not mounted: ${error instanceof Error ? error.message : String(error)}`);
        await pause(1000);
      }
    }
    return false;
  }

  /** Init containers one after the other; a sidecar goes on. False when the Pod has failed or is to end. */
  async #initialize(): Promise<boolean> {
    for (const container of this.pod.spec.initContainers ?? []) {
      const status = this.#status.of(container);
      if (container.restartPolicy === "Always") {
        void runContainer(this, container, status, "Always");
        while (!status.started && !this.stopping) await pause(100);
        continue;
      }
      const restarts = this.pod.spec.restartPolicy === "Never" ? "Never" : "OnFailure";
      const code = await runContainer(this, container, status, restarts);
      if (code !== 0) {
        this.#status.phase = "Failed";
        this.changed();
        return false;
      }
      status.ready = true;
    }
    return !this.stopping;
  }
}
