import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { setTimeout as pause } from "node:timers/promises";

/** The kubeconfig that the control plane writes: one cluster and one user, as JSON. */
interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: { readonly server: string; readonly "certificate-authority": string } }];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
}

/** A refusal of the API server. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

export type PatchType = "application/merge-patch+json" | "application/apply-patch+yaml";
type ChangeType = "ADDED" | "MODIFIED" | "DELETED";

/** The API server of a kubeconfig. Answers are trusted: it is our own server, of a known version. */
export class KubernetesApi {
  readonly server: URL;
  /** The file of the certificate by which the server is known. */
  readonly authority: string;
  readonly #agent: Agent;
  readonly #authorization: string;

  constructor(kubeconfig: string) {
    const config = JSON.parse(readFileSync(kubeconfig, "utf8")) as Kubeconfig;
    const { server, "certificate-authority": authority } = config.clusters[0].cluster;
    this.server = new URL(server);
    this.authority = authority;
    this.#agent = new Agent({ keepAlive: true, ca: readFileSync(authority) });
    this.#authorization = `Bearer ${config.users[0].user.token}`;
  }

  get<T>(path: string): Promise<T> {
    return this.#json<T>("GET", path);
  }

  post<T>(path: string, body: object): Promise<T> {
    return this.#json<T>("POST", path, body);
  }

  patch<T>(path: string, body: object, type: PatchType): Promise<T> {
    return this.#json<T>("PATCH", path, body, type);
  }

  delete(path: string, options: object = {}): Promise<unknown> {
    return this.#json("DELETE", path, options);
  }

  /** Calls back with every object of a collection: those there now, then each change, for as long as this process runs. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows what the collection holds
  async watch<T extends object>(path: string, onChange: (type: ChangeType, object: T) => void): Promise<never> {
    for (;;) {
      try {
        await this.#follow(path, onChange);
      } catch (error) {
        console.error(`watch ${path}: ${error instanceof Error ? error.message : String(error)}`);
        await pause(500);
      }
    }
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as above
  async #follow<T extends object>(path: string, onChange: (type: ChangeType, object: T) => void): Promise<void> {
    const list = await this.get<{ items: T[]; metadata: { resourceVersion: string } }>(path);
    for (const object of list.items) onChange("ADDED", object);
    const stream = await this.#send("GET", `${path}?watch=1&resourceVersion=${list.metadata.resourceVersion}`);
    let rest = "";
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const event = JSON.parse(line) as { type: ChangeType; object: T } | { type: "ERROR"; object: { message: string } };
        if (event.type === "ERROR") throw new Error(event.object.message);
        onChange(event.type, event.object);
      }
    }
  }

  async #json<T>(method: string, path: string, body?: object, type?: PatchType): Promise<T> {
    const response = await this.#send(method, path, body, type);
    let text = "";
    for await (const chunk of response) text += String(chunk);
    const status = response.statusCode ?? 0;
    if (status < 300) return JSON.parse(text) as T;
    // The answer to a refused patch repeats the object, which may hold secrets.
    const { message = text } = JSON.parse(text) as { message?: string };
    throw new ApiError(status, `${method} ${path}: ${method === "PATCH" ? `refused with ${status}` : message}`);
  }

  #send(method: string, path: string, body?: object, type = "application/json"): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? "" : JSON.stringify(body);
      // Node leaves the length out of a DELETE.
      const headers = { authorization: this.#authorization, "content-type": type, "content-length": Buffer.byteLength(text) };
      httpsRequest(new URL(path, this.server), { method, agent: this.#agent, headers }, (response) =>
        resolve(response.setEncoding("utf8")),
      )
        .on("error", reject)
        .end(text);
    });
  }
}

/** For `catch`: lets one status pass as done. */
export function unless(status: number): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof ApiError && error.status === status)) throw error;
  };
}
