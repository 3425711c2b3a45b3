import { Fields } from "../cluster/fields.ts";
import { Secret } from "../secret.ts";
import { type HttpAnswer, send } from "./http.ts";
import { StoreError } from "./store-error.ts";
import type { VaultSettings } from "./vault-settings.ts";

/** Fields of one secret of the store. Those that are no text are left out of `fields`, and kept when it is written. */
export interface VaultSecret {
  readonly fields: ReadonlyMap<string, Secret>;
  /** Of version 2 of the engine: which version was read, 0 for none yet; undefined for version 1. */
  readonly version: number | undefined;
  /** When this version was written, in version 2. */
  readonly writtenAt?: string;
}

interface Mount {
  /** Such as `secret/`. */
  readonly path: string;
  readonly version: 1 | 2;
}

const seconds = 15;

/**
 * The key-value engine, version 1 or 2, of HashiCorp Vault or OpenBao. Paths are as its command line takes them,
 * `secret/prefect/orion`, or as its API does, `secret/data/prefect/orion`. Methods reject with a StoreError.
 */
export class Vault {
  readonly #settings: VaultSettings;
  readonly #mounts = new Map<string, Promise<Mount>>();
  #token: Promise<Secret> | undefined;

  constructor(settings: VaultSettings) {
    this.#settings = settings;
  }

  /** The secret at a path; undefined when there is none, or it was deleted. */
  async read(path: string): Promise<VaultSecret | undefined> {
    const { mount, address } = await this.#locate(path);
    const answer = await this.#call("GET", address);
    if (answer.status === 404) return undefined;
    const data = this.#accepted(answer, path).at("data");
    if (mount.version === 1) return { fields: fieldsOf(data), version: undefined };
    const metadata = data.at("metadata");
    const writtenAt = metadata.text("created_time");
    return { fields: fieldsOf(data.at("data")), version: metadata.count("version") ?? 0, ...(writtenAt && { writtenAt }) };
  }

  /** Writes all fields of a secret. In version 2 only over the version that was read, so that nobody's change is lost. */
  async write(path: string, fields: ReadonlyMap<string, Secret>, over: number | undefined): Promise<void> {
    const { mount, address } = await this.#locate(path);
    const values = Object.fromEntries([...fields].map(([name, value]) => [name, value.reveal()]));
    const body = mount.version === 1 ? values : { data: values, options: { cas: over ?? 0 } };
    const answer = await this.#call("POST", address, body);
    if (answer.status === 400 && answer.body.includes("check-and-set")) {
      throw new StoreError("store_changed", `${path} was changed by somebody else meanwhile.`, "Run it again.");
    }
    this.#accepted(answer, path);
  }

  async #locate(path: string): Promise<{ mount: Mount; address: string }> {
    const bare = path.replace(/^\/+|\/+$/g, "");
    const mount = await this.#mountOf(bare);
    const below = bare.slice(mount.path.length);
    return { mount, address: mount.version === 1 || below.startsWith("data/") ? bare : `${mount.path}data/${below}` };
  }

  /** The engine that a path belongs to. Asked once for each first word of a path: engines below engines are rare, and told apart by the answer. */
  #mountOf(path: string): Promise<Mount> {
    const known = [...this.#mounts].find(([prefix]) => path.startsWith(prefix))?.[1];
    if (known !== undefined) return known;
    const asked = this.#askMount(path);
    void asked.then(
      (mount) => this.#mounts.set(mount.path, asked),
      () => undefined,
    );
    return asked;
  }

  async #askMount(path: string): Promise<Mount> {
    const answer = await this.#call("GET", `sys/internal/ui/mounts/${path}`);
    const data = this.#accepted(answer, path).at("data");
    return { path: data.text("path") ?? `${path.split("/")[0]}/`, version: data.at("options").text("version") === "2" ? 2 : 1 };
  }

  async #call(method: "GET" | "POST", path: string, body?: object): Promise<HttpAnswer> {
    this.#token ??= this.#logIn();
    return this.#send(method, path, body, await this.#token);
  }

  async #logIn(): Promise<Secret> {
    const { login } = this.#settings;
    if (login.by === "token") return login.token;
    const answer = await this.#send("POST", `auth/${login.mount}/login`, { role: login.role, jwt: login.identity.reveal() });
    const token = answer.status === 200 ? new Fields(JSON.parse(answer.body)).at("auth").text("client_token") : undefined;
    if (token !== undefined) return Secret.of(token);
    throw new StoreError(
      "store_login_refused",
      `${this.#settings.address.origin} does not let the role ${login.role} log in (${answer.status}).`,
      `Check the role of auth/${login.mount}: its service accounts and namespaces must name this pod's.`,
    );
  }

  async #send(method: "GET" | "POST", path: string, body?: object, token?: Secret): Promise<HttpAnswer> {
    const { address, namespace, authorities, verifyTls } = this.#settings;
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    const request = {
      method,
      headers: {
        "X-Vault-Request": "true",
        ...(token !== undefined && { "X-Vault-Token": token.reveal() }),
        ...(namespace !== undefined && { "X-Vault-Namespace": namespace }),
        ...(body !== undefined && { "Content-Type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(authorities !== undefined && { authorities }),
      verifyTls,
      seconds,
    };
    const base = address.href.replace(/\/?$/, "/");
    const answer = await send({ ...request, url: new URL(`v1/${encoded}`, base) });
    // A standby sends its callers to the active node; the token follows nowhere less safe.
    if (answer.status !== 307 || answer.location === undefined) return answer;
    const active = new URL(answer.location, base);
    if (address.protocol === "https:" && active.protocol !== "https:") return answer;
    return send({ ...request, url: active });
  }

  /** The answer's document, unless the store refused. Its own words may repeat what was sent, and are not shown. */
  #accepted({ status, body }: HttpAnswer, path: string): Fields {
    if (status >= 200 && status < 300) return new Fields(body === "" ? {} : JSON.parse(body));
    const { origin } = this.#settings.address;
    if (status === 403) {
      const remedy =
        "Check the token and its policy (`read` on the path, for writing `create` and `update`, too), or there is no such engine.";
      throw new StoreError("store_forbidden", `${origin} does not give ${path} to this login.`, remedy);
    }
    if (status === 503) throw new StoreError("store_sealed", `${origin} is sealed, or has no active node.`, "Unseal it.");
    throw new StoreError(
      "store_refused",
      `${origin} answers ${status} for ${path}.`,
      "Check that it is the path of a key-value engine.",
    );
  }
}

function fieldsOf(data: Fields): Map<string, Secret> {
  return new Map(
    data.names.flatMap((name) => {
      const value = data.text(name);
      return value === undefined ? [] : [[name, Secret.of(value)] as const];
    }),
  );
}
