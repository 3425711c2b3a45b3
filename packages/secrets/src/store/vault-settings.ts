import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "../secret.ts";
import { StoreError } from "./store-error.ts";

/** The two stores that speak one API; each has its own names for the variables, and reads the other's for want of its own. */
export type VaultKind = "vault" | "openbao";

export type Environment = Readonly<Record<string, string | undefined>>;

/** How a store is reached, from the variables that its own command line reads. */
export interface VaultSettings {
  readonly address: URL;
  readonly namespace?: string;
  readonly authorities?: string;
  readonly verifyTls: boolean;
  readonly login: VaultLogin;
}

/** A token at hand, or the login of the pod that this runs in. */
export type VaultLogin =
  | { readonly by: "token"; readonly token: Secret }
  | { readonly by: "kubernetes"; readonly role: string; readonly mount: string; readonly identity: Secret };

const podTokenFile = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/**
 * Reads the variables of the store's command line: `VAULT_ADDR`, `VAULT_TOKEN` (or `~/.vault-token`), `VAULT_NAMESPACE`,
 * `VAULT_CACERT`, `VAULT_SKIP_VERIFY`, or those with `BAO_`. In a pod, `VAULT_KUBERNETES_ROLE` is the role to log in as.
 *
 * @throws StoreError when no address or no login is to be had
 */
export function vaultSettings(kind: VaultKind, environment: Environment, tokenFile = podTokenFile): VaultSettings {
  const prefixes = kind === "vault" ? ["VAULT", "BAO"] : ["BAO", "VAULT"];
  const variable = (name: string): string | undefined =>
    prefixes.map((prefix) => environment[`${prefix}_${name}`]).find((value) => value !== undefined && value !== "");
  const [own = "VAULT"] = prefixes;
  const namespace = variable("NAMESPACE");
  const authorities = variable("CACERT");
  return {
    address: addressFrom(variable("ADDR"), own),
    ...(namespace !== undefined && { namespace }),
    ...(authorities !== undefined && { authorities: readText(authorities, `${own}_CACERT`) }),
    verifyTls: !["1", "true", "t"].includes((variable("SKIP_VERIFY") ?? "").toLowerCase()),
    login: loginFrom(variable, own, environment, tokenFile),
  };
}

function addressFrom(text: string | undefined, own: string): URL {
  if (text === undefined) {
    throw new StoreError(
      "store_unconfigured",
      `${own}_ADDR is not set.`,
      `Set it to the store's address, ${own}_ADDR=https://vault:8200.`,
    );
  }
  if (URL.canParse(text) && /^https?:/.test(text)) return new URL(text);
  throw new StoreError("store_unconfigured", `${own}_ADDR is no address.`, `Write it like ${own}_ADDR=https://vault:8200.`);
}

function loginFrom(
  variable: (name: string) => string | undefined,
  own: string,
  environment: Environment,
  tokenFile: string,
): VaultLogin {
  const token = variable("TOKEN") ?? readIfThere(join(environment.HOME ?? "", ".vault-token"));
  if (token !== undefined) return { by: "token", token: Secret.of(token.trim()) };
  const role = variable("KUBERNETES_ROLE");
  const identity = role === undefined ? undefined : readIfThere(tokenFile);
  if (role !== undefined && identity !== undefined) {
    return { by: "kubernetes", role, mount: variable("KUBERNETES_MOUNT") ?? "kubernetes", identity: Secret.of(identity.trim()) };
  }
  const remedy = `Set ${own}_TOKEN, log in by the store's own command, or in a pod name the role in ${own}_KUBERNETES_ROLE.`;
  throw new StoreError("store_unconfigured", "There is no login for the store.", remedy);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function readText(path: string, variable: string): string {
  const text = readIfThere(path);
  if (text !== undefined) return text;
  throw new StoreError(
    "store_unconfigured",
    `The file that ${variable} names cannot be read.`,
    "Check the path and who may read it.",
  );
}
