import { ClusterError } from "../cluster/cluster-error.ts";
import { openCluster } from "../cluster/cluster.ts";
import type { ClusterTarget } from "../cluster/kubectl.ts";
import { formatReference, type Reference, type ReferenceKind } from "../facts/reference.ts";
import type { ReferenceReader } from "../facts/resolve.ts";
import type { Secret } from "../secret.ts";
import { entryOf } from "../set/secret-set.ts";
import { readByCommandLine } from "./command-line.ts";
import { StoreError } from "./store-error.ts";
import { Vault } from "./vault.ts";
import { type Environment, type VaultKind, vaultSettings } from "./vault-settings.ts";

/** Opens a store once, however many references lead to it. */
export function vaultOpener(environment: Environment): (kind: VaultKind) => Vault {
  const open = new Map<VaultKind, Vault>();
  return (kind) => {
    const vault = open.get(kind) ?? new Vault(vaultSettings(kind, environment));
    open.set(kind, vault);
    return vault;
  };
}

/**
 * Readers of every kind of reference that leads somewhere else: Vault and OpenBao over HTTP, clusters by `kubectl`, clouds by
 * their own command lines. Nothing is opened before a reference needs it. They reject with StoreError or ClusterError.
 */
export function storeReaders(
  environment: Environment,
  target: ClusterTarget = {},
): Readonly<Partial<Record<ReferenceKind, ReferenceReader>>> {
  const open = vaultOpener(environment);
  const cloud: ReferenceReader = async (reference) =>
    reference.kind === "aws" || reference.kind === "azure" || reference.kind === "gcp"
      ? readByCommandLine(reference, environment, formatReference(reference))
      : unreadable(reference);
  const vault: ReferenceReader = async (reference) =>
    reference.kind === "vault" || reference.kind === "openbao"
      ? readField(open(reference.kind), reference)
      : unreadable(reference);
  const kubernetes: ReferenceReader = async (reference) =>
    reference.kind === "kubernetes" ? readKey(reference, environment, target) : unreadable(reference);
  return { vault, openbao: vault, kubernetes, aws: cloud, azure: cloud, gcp: cloud };
}

function unreadable(reference: Reference): never {
  throw new StoreError("store_refused", `${formatReference(reference)} has no reader.`, "Name another place.");
}

async function readField(vault: Vault, reference: Extract<Reference, { kind: VaultKind }>): Promise<Secret> {
  const secret = await vault.read(reference.path);
  const place = formatReference(reference);
  if (secret === undefined) {
    throw new StoreError(
      "store_secret_missing",
      `${place}: there is no secret at this path.`,
      "Put it there, or correct the path.",
    );
  }
  const value = secret.fields.get(reference.field);
  if (value !== undefined) return value;
  const known = [...secret.fields.keys()].join(", ") || "none";
  throw new StoreError("store_field_missing", `${place}: the secret has no such field.`, `Its fields: ${known}.`);
}

async function readKey(
  { namespace, secret, key }: Extract<Reference, { kind: "kubernetes" }>,
  environment: Environment,
  target: ClusterTarget,
): Promise<Secret> {
  const cluster = await openCluster({ ...target, ...(namespace !== undefined && { namespace }) }, environment);
  const { set } = await cluster.readSecrets([secret]);
  const value = entryOf(set, secret, key)?.value;
  if (value !== undefined) return value;
  const what = set.objects.has(secret) ? `has no key ${key}` : "does not exist";
  throw new ClusterError(
    "cluster_refused",
    `The Secret ${secret} in ${cluster.namespace} ${what}.`,
    "Correct the reference, or make it.",
  );
}
