import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/** The part of this machine's network that one cluster of the tests has for itself. */
export interface ClusterNetwork {
  readonly bridge: string;
  /** The first three numbers of the Pods' addresses; `.1` is this machine. */
  readonly subnet: string;
  /** The range of the Services' addresses. */
  readonly services: string;
}

const PREFIX = "prpods";
const MOST = 16;

/** Runs `ip`; what it has to say of an error becomes the error's message. */
export function ip(...words: string[]): string {
  return execFileSync("ip", words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

const networkOf = (number: number): ClusterNetwork => ({
  bridge: `${PREFIX}${number}`,
  subnet: `10.88.${number}`,
  services: `10.96.${number}.0/24`,
});

/** The address under which Pods see this machine. */
export const hostOf = ({ subnet }: ClusterNetwork): string => `${subnet}.1`;

/**
 * Takes the first network that no living process has, and clears away what a killed one has left.
 *
 * @throws when there is no `ip`, or this process may not use it
 */
export function claimNetwork(): ClusterNetwork {
  for (let number = 0; number < MOST; number++) {
    const network = networkOf(number);
    if (isAbandoned(network)) releaseNetwork(network);
    if (!existsSync(folderOf(network)) && take(network)) return network;
  }
  throw new Error(`all ${MOST} networks for Pods are taken`);
}

function take(network: ClusterNetwork): boolean {
  const { bridge } = network;
  try {
    ip("link", "add", bridge, "type", "bridge");
  } catch (error) {
    // Another process was quicker.
    if (existsSync(folderOf(network))) return false;
    throw error;
  }
  ip("link", "set", bridge, "alias", String(process.pid));
  ip("addr", "add", `${hostOf(network)}/24`, "dev", bridge);
  ip("link", "set", bridge, "up");
  return true;
}

const folderOf = ({ bridge }: ClusterNetwork): string => `/sys/class/net/${bridge}`;

/** Its bridge names the process that made it, and that one is gone. */
function isAbandoned(network: ClusterNetwork): boolean {
  if (!existsSync(folderOf(network))) return false;
  const [link] = JSON.parse(ip("-json", "link", "show", network.bridge)) as [{ ifalias?: string }];
  return link.ifalias !== undefined && !existsSync(`/proc/${link.ifalias}`);
}

/** The names of the network namespaces of a cluster's Pods begin like this. */
export const namespacePrefix = ({ bridge }: ClusterNetwork): string => `${bridge}-`;

/** Removes the bridge and every network namespace of its Pods. */
export function releaseNetwork(network: ClusterNetwork): void {
  const namespaces = ip("netns", "list").split("\n");
  const names = namespaces.map((line) => line.split(" ")[0] ?? "");
  for (const name of names.filter((each) => each.startsWith(namespacePrefix(network)))) removeNamespace(name);
  ip("link", "del", network.bridge);
}

/** Removes a network namespace; the pod runner may do it at the same time. */
export function removeNamespace(name: string): void {
  try {
    ip("netns", "del", name);
  } catch (error) {
    if (existsSync(`/run/netns/${name}`)) throw error;
  }
}
