/**
 * A real Kubernetes control plane on loopback, without containers: etcd, kube-apiserver and kube-controller-manager.
 *
 * There is no scheduler and no kubelet: Deployments make ReplicaSets and Pods, and the Pods stay Pending until the pod runner
 * plays the node. RBAC is on; the user of the kubeconfig is in `system:masters`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { KubernetesApi } from "./kubernetes-api.ts";

export interface ControlPlane {
  readonly kubeconfig: string;
  readonly api: KubernetesApi;
  stop(): Promise<void>;
}

/** Even a machine that compiles beside this starts everything in this time. */
const PATIENCE_MS = 180_000;

/** Starts everything with data and logs in `folder`; `kube` is what build-kube.sh makes, `services` the range of their addresses. */
export async function startControlPlane(kube: string, folder: string, services: string): Promise<ControlPlane> {
  const plane = new Processes(kube, folder);
  try {
    const kubeconfig = await startAll(plane, folder, services);
    return { kubeconfig, api: new KubernetesApi(kubeconfig), stop: () => plane.stop() };
  } catch (error) {
    await plane.stop();
    throw error;
  }
}

async function startAll(plane: Processes, folder: string, services: string): Promise<string> {
  const file = (name: string) => join(folder, name);
  const token = randomBytes(16).toString("hex");
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  writeFileSync(file("tokens.csv"), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  writeFileSync(file("accounts.key"), privateKey.export({ type: "sec1", format: "pem" }), { mode: 0o600 });
  const port = await freePort();
  plane.start("etcd", etcdFlags(file("etcd")));
  await plane.await("a socket", () => existsSync(file("client:0")));
  plane.start("kube-apiserver", apiServerFlags(file, port, services));
  // The certificate is self-signed and made at the first start; it serves as its own authority.
  const certificate = file("serving/apiserver.crt");
  await plane.await("a certificate", () => existsSync(certificate) && statSync(certificate).size > 0);
  const kubeconfig = writeKubeconfig(file("kubeconfig"), `https://127.0.0.1:${port}`, certificate, token);
  const ready = new KubernetesApi(kubeconfig);
  await plane.await("the API server", () => ready.get("/api/v1/namespaces/default"));
  plane.start("kube-controller-manager", controllerFlags(file, kubeconfig, certificate));
  await plane.await("the controllers", () => ready.get("/api/v1/namespaces/default/serviceaccounts/default"));
  return kubeconfig;
}

const flags = (values: Readonly<Record<string, string | number | boolean>>): string[] =>
  Object.entries(values).map(([name, value]) => `--${name}=${value}`);

/** A socket of the kind `unix://NAME:0` is made in the working directory, so etcd needs no port. */
function etcdFlags(data: string): string[] {
  return flags({
    name: "default",
    "data-dir": data,
    "listen-client-urls": "unix://client:0",
    "advertise-client-urls": "unix://client:0",
    "listen-peer-urls": "unix://peer:0",
    "initial-advertise-peer-urls": "unix://peer:0",
    "initial-cluster": "default=unix://peer:0",
    "unsafe-no-fsync": true,
    logger: "zap",
    "log-level": "warn",
  });
}

function apiServerFlags(file: (name: string) => string, port: number, services: string): string[] {
  return flags({
    "etcd-servers": "unix://client:0",
    "bind-address": "127.0.0.1",
    "secure-port": port,
    "cert-dir": file("serving"),
    "token-auth-file": file("tokens.csv"),
    "authorization-mode": "RBAC",
    // The default refuses a loopback address.
    "endpoint-reconciler-type": "none",
    "service-cluster-ip-range": services,
    "service-account-issuer": "https://kubernetes.default.svc",
    "service-account-key-file": file("accounts.key"),
    "service-account-signing-key-file": file("accounts.key"),
  });
}

function controllerFlags(file: (name: string) => string, kubeconfig: string, certificate: string): string[] {
  return flags({
    kubeconfig,
    "secure-port": 0,
    "leader-elect": false,
    "use-service-account-credentials": true,
    "service-account-private-key-file": file("accounts.key"),
    "root-ca-file": certificate,
    // Without nodes, these two would delete every Pod that a stand-in for the kubelet has bound.
    controllers: "*,-node-lifecycle-controller,-pod-garbage-collector-controller",
  });
}

/** JSON is YAML: kubectl and Helm read it, and so do we, without a parser. */
function writeKubeconfig(path: string, server: string, authority: string, token: string): string {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "tests",
    contexts: [{ name: "tests", context: { cluster: "tests", user: "admin" } }],
    clusters: [{ name: "tests", cluster: { server, "certificate-authority": authority } }],
    users: [{ name: "admin", user: { token } }],
  };
  writeFileSync(path, JSON.stringify(config, undefined, 2), { mode: 0o600 });
  return path;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

interface Started {
  readonly name: string;
  readonly log: string;
  readonly child: ChildProcess;
}

class Processes {
  readonly #kube: string;
  readonly #folder: string;
  readonly #started: Started[] = [];

  constructor(kube: string, folder: string) {
    this.#kube = kube;
    this.#folder = folder;
  }

  start(name: string, options: readonly string[]): void {
    const log = join(this.#folder, `${name}.log`);
    const output = openSync(log, "a");
    // However this process ends, they end with it.
    const words = ["--pdeathsig", "KILL", this.#kube, name, ...options];
    const child = spawn("setpriv", words, { cwd: this.#folder, stdio: ["ignore", output, output] });
    closeSync(output);
    this.#started.push({ name, log, child });
  }

  /** Waits until the check passes; gives up when something has ended, or after three minutes. */
  async await(what: string, check: () => unknown): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (performance.now() < deadline) {
      const dead = this.#started.find(({ child }) => child.exitCode !== null || child.signalCode !== null);
      if (dead !== undefined) throw new Error(`${dead.name} has ended:\n${lastLines(dead.log)}`);
      try {
        if (await check()) return;
      } catch {
        // Not yet.
      }
      await pause(100);
    }
    const logs = this.#started.map(({ name, log }) => `${name}:\n${lastLines(log)}`);
    throw new Error(`${what} was not there after ${PATIENCE_MS / 1000} s\n${logs.join("\n")}`);
  }

  /** The last started ends first: controllers, API server, etcd. */
  async stop(): Promise<void> {
    for (const { child } of this.#started.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, "exit");
      // Nothing of it is kept, so nothing has to be put in order.
      child.kill("SIGKILL");
      await ended;
    }
  }
}

const lastLines = (path: string): string => readFileSync(path, "utf8").split("\n").slice(-20).join("\n");
