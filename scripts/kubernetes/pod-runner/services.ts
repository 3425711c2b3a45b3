import { writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import type { KubernetesApi } from "../kubernetes-api.ts";
import { type ClusterNetwork, hostOf, ip } from "../network.ts";
import type { EndpointSlice, Service, ServicePort } from "./objects.ts";

interface Endpoint {
  readonly host: string;
  readonly port: number;
}

const API_SERVER = "default/kubernetes";
const keyOf = ({ metadata: { namespace, name } }: Service): string => `${namespace}/${name}`;

/**
 * Services listen on their own address on the Pods' bridge and pass connections on to ready Pods in turn. Their names are in
 * one hosts file, which all Pods have mounted; short names belong to any namespace.
 */
export class Services {
  readonly #api: KubernetesApi;
  readonly #network: ClusterNetwork;
  readonly #hosts: string;
  readonly #services = new Map<string, Service>();
  readonly #slices = new Map<string, EndpointSlice>();
  readonly #listeners = new Map<string, Server>();

  constructor(api: KubernetesApi, network: ClusterNetwork, hosts: string) {
    this.#api = api;
    this.#network = network;
    this.#hosts = hosts;
    this.#writeHosts();
  }

  follow(): void {
    void this.#api.watch<Service>("/api/v1/services", (type, service) => this.#onService(type === "DELETED", service));
    void this.#api.watch<EndpointSlice>("/apis/discovery.k8s.io/v1/endpointslices", (type, slice) => {
      if (type === "DELETED") this.#slices.delete(slice.metadata.uid);
      else this.#slices.set(slice.metadata.uid, slice);
      this.#writeHosts();
    });
  }

  /** The address of the API server for Pods. */
  apiAddress(): string {
    return this.#services.get(API_SERVER)?.spec.clusterIP ?? "";
  }

  #onService(deleted: boolean, service: Service): void {
    const { clusterIP, ports = [] } = service.spec;
    if (deleted) this.#services.delete(keyOf(service));
    else this.#services.set(keyOf(service), service);
    if (clusterIP !== undefined && clusterIP !== "None") {
      ip("addr", deleted ? "del" : "replace", `${clusterIP}/32`, "dev", this.#network.bridge);
      for (const port of ports.filter(({ protocol }) => protocol === "TCP")) this.#listen(deleted, service, clusterIP, port);
    }
    this.#writeHosts();
  }

  #listen(deleted: boolean, service: Service, clusterIP: string, { name, port }: ServicePort): void {
    const place = `${clusterIP}:${port}`;
    if (deleted) {
      this.#listeners.get(place)?.close();
      this.#listeners.delete(place);
    } else if (!this.#listeners.has(place)) {
      this.#listeners.set(place, this.#serve(keyOf(service), name).listen(port, clusterIP));
    }
  }

  #serve(key: string, portName: string | undefined): Server {
    let turn = 0;
    return createServer((client) => {
      const ready = this.#endpoints(key, portName);
      const next = ready[turn++ % Math.max(ready.length, 1)];
      if (next === undefined) {
        client.resetAndDestroy();
        return;
      }
      const upstream = connect(next);
      client.pipe(upstream).pipe(client);
      upstream.on("error", () => client.resetAndDestroy());
      client.on("error", () => upstream.destroy());
    }).on("error", (error) => console.error(`${key}: ${error.message}`));
  }

  /** Ready addresses behind a Service's port. */
  #endpoints(key: string, portName = ""): Endpoint[] {
    const { hostname, port } = this.#api.server;
    if (key === API_SERVER) return [{ host: hostname, port: Number(port) }];
    return [...this.#slices.values()]
      .filter(({ metadata: { namespace, labels } }) => `${namespace}/${labels?.["kubernetes.io/service-name"]}` === key)
      .flatMap(({ ports = [], endpoints = [] }) => {
        const own = ports.find(({ name = "" }) => name === portName)?.port;
        const ready = endpoints.filter(({ conditions }) => conditions.ready);
        return own === undefined ? [] : ready.flatMap(({ addresses }) => addresses.map((host) => ({ host, port: own })));
      });
  }

  /** Written in place, because it is mounted. */
  #writeHosts(): void {
    const lines = ["127.0.0.1 localhost", `${hostOf(this.#network)} host.internal`];
    for (const service of this.#services.values()) {
      const { name, namespace } = service.metadata;
      const { clusterIP, ports = [] } = service.spec;
      const names = [name, `${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`];
      const headless = this.#endpoints(keyOf(service), ports[0]?.name).map(({ host }) => host);
      const addresses = clusterIP === "None" || clusterIP === undefined ? headless : [clusterIP];
      for (const address of addresses) lines.push(`${address} ${names.join(" ")}`);
    }
    writeFileSync(this.#hosts, `${lines.join("\n")}\n`);
  }
}
