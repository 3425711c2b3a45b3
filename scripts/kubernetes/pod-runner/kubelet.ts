import { once } from "node:events";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** What the API server asks of a node. */
export interface Kubelet {
  readonly port: number;
  close(): void;
}

/** What serves the logs of containers. */
export interface LogKeeper {
  /** The file of a container's log; undefined when there is no such container. */
  logOf(namespace: string, pod: string, container: string): string | undefined;
  /** Whether the container may still write to it. */
  isRunning(namespace: string, pod: string): boolean;
}

/**
 * Answers `kubectl logs` for the API server, which comes to the address that the node's status names. `certificate` is the API
 * server's own, with its key beside it: it does not look whose it is.
 */
export async function serveKubelet(address: string, certificate: string, keeper: LogKeeper): Promise<Kubelet> {
  const key = readFileSync(join(dirname(certificate), "apiserver.key"));
  const server = createServer({ cert: readFileSync(certificate), key }, (request, response) => {
    const url = new URL(request.url ?? "/", "https://node");
    const [what, namespace = "", pod = "", container = ""] = url.pathname.slice(1).split("/");
    const path = what === "containerLogs" ? keeper.logOf(namespace, pod, container) : undefined;
    if (path === undefined) {
      response.writeHead(404).end("the pod runner has no such thing\n");
      return;
    }
    const follows = () => url.searchParams.get("follow") === "true" && !response.destroyed && keeper.isRunning(namespace, pod);
    response.writeHead(200, { "content-type": "text/plain" }).flushHeaders();
    pour(path, response, follows).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  }).listen(0, address);
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

/** Writes what a file holds, and what is added for as long as it is followed. */
async function pour(path: string, response: ServerResponse, follows: () => boolean): Promise<void> {
  const file = openSync(path, "r");
  try {
    const chunk = Buffer.alloc(65_536);
    for (let last = false; ; ) {
      const length = readSync(file, chunk);
      if (length > 0) response.write(Buffer.from(chunk.subarray(0, length)));
      else if (last) break;
      // What was written just before its end is read once more.
      else if (follows()) await pause(100);
      else last = true;
    }
  } finally {
    closeSync(file);
  }
  response.end();
}
