import { type ContractEntry, secretsContract } from "@praetor/topology";
import { formatConnectionString } from "../connection-string.ts";
import { connectionParts, deriveValue } from "../facts/derive.ts";
import { type Facts, placeName } from "../facts/facts.ts";
import type { Passwords } from "../facts/resolve.ts";
import { Secret } from "../secret.ts";
import { type ManifestOptions, manifestText, metadataOf } from "./manifest.ts";

export interface ExternalSecretOptions extends ManifestOptions {
  readonly store: string;
  readonly storeKind?: "SecretStore" | "ClusterSecretStore";
  /** What the names in the store begin with; `prefect` unless given. */
  readonly prefix?: string;
  /** The field that holds each in the store, where secrets have fields, as in Vault. */
  readonly property?: string;
  /** How often the operator looks for new values; an hour unless given. */
  readonly refreshInterval?: string;
}

/** Percent-encoding in a Go template: `urlquery` writes a space as a plus, and a plus as %2B. */
const encoded = (variable: string): string => `{{ .${variable} | urlquery | replace "+" "%20" }}`;

/** Stands for the password while its string is written, and survives being encoded. */
const mark = "PASSWORD-OF-THE-TEMPLATE";

/** The variable of the template that holds what an entry is made of; undefined when the installation does not use it. */
function variableFor(entry: ContractEntry, facts: Facts): string | undefined {
  if (entry.kind === "connection" || entry.kind === "password") return `${entry.user}Password`;
  return facts.others.has(placeName(entry)) ? entry.key.replaceAll("-", "_") : undefined;
}

const remoteName = (variable: string, { key, object }: ContractEntry): string => {
  if (variable.endsWith("Password")) return `${variable.replace("Password", "")}-user-password`;
  return object === "redis-passwords" ? `redis-${key}-password` : key;
};

function templateOf(entry: ContractEntry, facts: Facts): string {
  const variable = variableFor(entry, facts);
  if (variable === undefined) return "";
  if (entry.kind !== "connection") return `{{ .${variable} }}`;
  const parts = { ...connectionParts(entry, facts), password: Secret.of(mark) };
  return formatConnectionString(parts, entry.scheme)
    .reveal()
    .replace(mark, () => encoded(variable));
}

/**
 * `ExternalSecret` objects of the External Secrets operator, one for each Secret, whose templates build every value in the
 * cluster from two passwords and what else the facts name. The text holds no secret.
 */
export function renderExternalSecrets(facts: Facts, options: ExternalSecretOptions): string {
  const { entries } = secretsContract(facts.contract);
  const names = [...new Set(entries.map(({ object }) => object))];
  const objects = names.map((name) =>
    externalSecret(
      name,
      entries.filter(({ object }) => object === name),
      facts,
      options,
    ),
  );
  const remote = remoteSecrets(facts, options).map((each) => `  ${each}`);
  const where = options.property === undefined ? "each as plain text" : `each in the field ${options.property}`;
  return manifestText(objects, [`The store ${options.store} must hold, ${where}:`, ...remote].join("\n"));
}

/** The entries of the contract that are made of each secret of the store, by its name there. */
export function remoteEntries(facts: Facts, { prefix = "prefect" }: { readonly prefix?: string }): Map<string, ContractEntry[]> {
  const remote = new Map<string, ContractEntry[]>();
  for (const entry of secretsContract(facts.contract).entries) {
    const variable = variableFor(entry, facts);
    if (variable === undefined) continue;
    const name = `${prefix}-${remoteName(variable, entry)}`;
    remote.set(name, [...(remote.get(name) ?? []), entry]);
  }
  return remote;
}

/** The names of the secrets that the store must hold. */
export function remoteSecrets(facts: Facts, options: { readonly prefix?: string }): string[] {
  return [...remoteEntries(facts, options).keys()];
}

/** What the store must hold, by name. */
export function remoteValues(facts: Facts, passwords: Passwords, options: { readonly prefix?: string }): Map<string, Secret> {
  return new Map(
    [...remoteEntries(facts, options)].flatMap(([name, [entry]]) => {
      if (entry === undefined) return [];
      const isOfUser = entry.kind === "connection" || entry.kind === "password";
      return [[name, isOfUser ? passwords.users[entry.user] : deriveValue(entry, facts, passwords)] as const];
    }),
  );
}

function externalSecret(name: string, entries: readonly ContractEntry[], facts: Facts, options: ExternalSecretOptions) {
  const { store, storeKind = "SecretStore", prefix = "prefect", property, refreshInterval = "1h0m0s" } = options;
  const variables = new Map<string, string>();
  for (const entry of entries) {
    const variable = variableFor(entry, facts);
    if (variable !== undefined) variables.set(variable, `${prefix}-${remoteName(variable, entry)}`);
  }
  const template = Object.fromEntries(entries.map((entry) => [entry.key, templateOf(entry, facts)]));
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: metadataOf(name, options),
    spec: {
      refreshInterval,
      secretStoreRef: { name: store, kind: storeKind },
      target: { name, creationPolicy: "Owner", template: { type: "Opaque", engineVersion: "v2", data: template } },
      ...(variables.size > 0 && {
        data: [...variables].map(([secretKey, key]) => ({ secretKey, remoteRef: { key, ...(property && { property }) } })),
      }),
    },
  };
}
