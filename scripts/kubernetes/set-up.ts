/**
 * Starts the cluster that the tests of `npm run test:cluster` share, and stops it at the end: a real control plane, the
 * definitions of the objects that deliver Secrets, and the pod runner, where this process may make network namespaces.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestProject } from "vitest/node";
import { build } from "../build.ts";
import { root } from "../processes.ts";
import { startControlPlane } from "./control-plane.ts";
import { helmFolder } from "./executables.ts";
import { buildScript, builtExecutable } from "./kube.ts";
import { claimNetwork, type ClusterNetwork, hostOf, releaseNetwork } from "./network.ts";
import type { Images } from "./pod-runner/images.ts";

/** What the tests are told of the cluster. */
export interface ClusterFacts {
  readonly kubeconfig: string;
  /** A folder with `helm` and `kubectl`. */
  readonly commands: string;
  /** The executable of Helm 3, where it has been built. */
  readonly helm3?: string;
  /** Where the output of containers is kept while the cluster lives. */
  readonly logs: string;
  /** This machine's address for Pods; undefined when Pods do not run, and `whyNoPods` says why. */
  readonly host?: string;
  readonly whyNoPods?: string;
}

declare module "vitest" {
  interface ProvidedContext {
    cluster: ClusterFacts;
  }
}

/** The name of the image that the chart runs, unless its values say otherwise. */
const image = "praetor";

/** Does it at the end of the run; or, for a run that is cut short, when this process exits. */
function atLast(stops: Stop[], work: () => void): void {
  process.once("exit", work);
  stops.push(() => {
    process.off("exit", work);
    work();
  });
}

type Stop = () => Promise<unknown> | void;

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const stops: Stop[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).toReversed()) await each();
  };
  try {
    project.provide("cluster", await startAll(stops));
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

async function startAll(stops: Stop[]): Promise<ClusterFacts> {
  const kube = builtExecutable("kube");
  if (kube === undefined) {
    throw new Error(`The control plane is not built yet. Build it, which takes 12 to 60 minutes once: ${buildScript("kube")}`);
  }
  const helm3 = builtExecutable("helm3");
  if (helm3 === undefined) console.log(`Helm 3 is not built, and its tests are skipped. To build it: ${buildScript("helm3")}`);
  const commands = helmFolder();
  const folder = mkdtempSync(join(tmpdir(), "praetor-kubernetes-"));
  atLast(stops, () => rmSync(folder, { recursive: true, force: true }));
  const network = claimPods();
  if (typeof network !== "string") atLast(stops, () => releaseNetwork(network));
  const services = typeof network === "string" ? "10.96.255.0/24" : network.services;
  const plane = await startControlPlane(kube, folder, services);
  stops.push(() => plane.stop());
  defineDeliveries(join(commands, "kubectl"), plane.kubeconfig);
  const logs = join(folder, "logs");
  const facts = { kubeconfig: plane.kubeconfig, commands, logs, ...(helm3 !== undefined && { helm3 }) };
  if (typeof network === "string") return { ...facts, whyNoPods: network };
  stops.push(await runPods(folder, network, plane.kubeconfig, logs));
  return { ...facts, host: hostOf(network) };
}

/** What a container stands on: a container that this runs in itself may lack the right to it. */
const overlayProbe = `mount -t tmpfs tmpfs /mnt && mkdir /mnt/upper /mnt/work /mnt/root &&
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root`;

/** A network for Pods, or why there is none. */
function claimPods(): ClusterNetwork | string {
  let why = "only root can make network namespaces";
  if (process.getuid?.() === 0) {
    try {
      if (!existsSync("/usr/sbin/ip") && !existsSync("/sbin/ip") && existsSync("/usr/bin/apt-get")) installIproute();
      execFileSync("unshare", ["--mount", "/bin/sh", "-c", overlayProbe], { stdio: "pipe" });
      return claimNetwork();
    } catch (error) {
      why = (error instanceof Error ? error.message.trim() : String(error)).replaceAll("\n", " ");
    }
  }
  console.log(`Pods do not run here, and what needs them is skipped: ${why}`);
  return why;
}

function installIproute(): void {
  const options = { stdio: ["ignore", "ignore", "inherit"] as ["ignore", "ignore", "inherit"] };
  execFileSync("apt-get", ["update"], options);
  execFileSync("apt-get", ["install", "--yes", "--no-install-recommends", "iproute2"], options);
}

/** Large definitions do not fit into the annotation of a client-side apply. */
function defineDeliveries(kubectl: string, kubeconfig: string): void {
  const crds = join(import.meta.dirname, "crds");
  const options = { env: { ...process.env, KUBECONFIG: kubeconfig }, stdio: "pipe" as const };
  execFileSync(kubectl, ["apply", "--server-side", "--filename", crds], options);
  execFileSync(kubectl, ["wait", "--for=condition=Established", "--timeout=60s", "crd", "--all"], options);
}

/** Runs the pod runner with this checkout's program as the chart's image, and answers how to stop it. */
async function runPods(folder: string, network: ClusterNetwork, kubeconfig: string, logs: string): Promise<Stop> {
  await build();
  const images: Images = {
    images: {
      [image]: {
        entrypoint: ["/node/node", "/app/dist/main.js"],
        user: 10_001,
        folders: { "/app/dist": join(root, "packages/server/dist"), "/node": dirname(process.execPath) },
      },
    },
    providers: { "secrets-store.csi.k8s.io": join(import.meta.dirname, "secrets-store-provider.ts") },
  };
  const file = join(folder, "images.json");
  writeFileSync(file, JSON.stringify(images));
  const main = join(import.meta.dirname, "pod-runner/main.ts");
  const words = ["--pdeathsig", "TERM", process.execPath, main, file, JSON.stringify(network), logs];
  const runner = spawn("setpriv", words, {
    env: { ...process.env, KUBECONFIG: kubeconfig },
    stdio: ["ignore", "inherit", "inherit"],
  });
  return async () => {
    if (runner.exitCode !== null) throw new Error(`the pod runner ended by itself with ${runner.exitCode}`);
    const ended = once(runner, "exit");
    runner.kill("SIGTERM");
    await ended;
  };
}
