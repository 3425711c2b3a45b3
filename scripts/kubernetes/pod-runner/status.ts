import type { KubernetesApi } from "../kubernetes-api.ts";
import { unless } from "../kubernetes-api.ts";
import type { Container, ContainerStatus } from "./objects.ts";
import { beside, type PlacedPod } from "./references.ts";

export type Phase = "Pending" | "Running" | "Succeeded" | "Failed";

const now = (): string => new Date().toISOString();
const condition = (type: string, holds: boolean) => ({ type, status: holds ? "True" : "False", lastTransitionTime: now() });

/** The state of a Pod, reported to the API server whenever it differs from what was last said. */
export class PodStatus {
  phase: Phase = "Pending";
  readonly initial: readonly ContainerStatus[];
  readonly containers: readonly ContainerStatus[];
  readonly #api: KubernetesApi;
  readonly #placed: PlacedPod;
  readonly #startTime = now();
  readonly #sidecars: ReadonlySet<string>;
  #said = "";
  #reports: Promise<unknown> = Promise.resolve();

  constructor(api: KubernetesApi, placed: PlacedPod) {
    const { initContainers = [], containers } = placed.pod.spec;
    this.#api = api;
    this.#placed = placed;
    this.initial = initContainers.map(fresh);
    this.containers = containers.map(fresh);
    this.#sidecars = new Set(initContainers.filter(({ restartPolicy }) => restartPolicy === "Always").map(({ name }) => name));
  }

  of({ name }: Container): ContainerStatus {
    const status = [...this.initial, ...this.containers].find((each) => each.name === name);
    if (status === undefined) throw new Error(`there is no container ${name}`);
    return status;
  }

  /** Resolves when everything reported so far has reached the API server. */
  settled(): Promise<unknown> {
    return this.#reports;
  }

  report(): void {
    const text = JSON.stringify(this.#status(), (key, value: unknown) => (key === "lastTransitionTime" ? undefined : value));
    if (text === this.#said) return;
    this.#said = text;
    const path = `${beside(this.#placed.pod, "pods", this.#placed.pod.metadata.name)}/status`;
    const status = this.#status();
    this.#reports = this.#reports
      .then(() => this.#api.patch(path, { status }, "application/merge-patch+json"))
      .catch(unless(404))
      .catch((error: unknown) => console.error(String(error)));
  }

  #status() {
    const { address, hostAddress } = this.#placed;
    const ready = this.phase === "Running" && this.containers.every((each) => each.ready);
    const initialized = this.initial.every(
      ({ name, state, started }) => state.terminated?.exitCode === 0 || (this.#sidecars.has(name) && started),
    );
    return {
      phase: this.phase,
      podIP: address,
      podIPs: [{ ip: address }],
      hostIP: hostAddress,
      startTime: this.#startTime,
      conditions: [
        condition("PodScheduled", true),
        condition("Initialized", initialized),
        condition("ContainersReady", ready),
        condition("Ready", ready),
      ],
      containerStatuses: this.containers,
      initContainerStatuses: this.initial,
    };
  }
}

const fresh = ({ name, image }: Container): ContainerStatus => ({
  name,
  image,
  imageID: image,
  restartCount: 0,
  ready: false,
  started: false,
  state: { waiting: { reason: "PodInitializing" } },
});
