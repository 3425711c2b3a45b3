import type { Contract } from "@praetor/topology";
import type { Facts } from "../facts/facts.ts";
import { remoteEntries } from "../render/external-secret.ts";
import type { Secret } from "../secret.ts";
import { type SecretSet, SetBuilder } from "../set/secret-set.ts";
import type { Vault } from "./vault.ts";

/** Reads a set as a provider class expects it: below a path a secret for each Secret, with a field for each key. */
export async function readVaultSet(vault: Vault, path: string, { entries }: Contract): Promise<SecretSet> {
  const names = [...new Set(entries.map(({ object }) => object))];
  const found = await Promise.all(names.map(async (name) => [name, await vault.read(`${path}/${name}`)] as const));
  const builder = new SetBuilder();
  for (const [object, secret] of found) {
    if (secret === undefined) continue;
    builder.declare(object, secret.writtenAt === undefined ? {} : { createdAt: secret.writtenAt });
    for (const [key, value] of secret.fields) builder.add({ object, key, value });
  }
  return builder.build();
}

/** Reads what the templates of External Secrets are filled with, as a set of those keys that hold it as it is. */
export async function readRemoteValues(
  vault: Vault,
  path: string,
  property: string,
  facts: Facts,
  prefix: string,
): Promise<SecretSet> {
  const builder = new SetBuilder();
  const remote = [...remoteEntries(facts, { prefix })];
  const found = await Promise.all(remote.map(([name]) => vault.read(`${path}/${name}`)));
  for (const [index, [, entries]] of remote.entries()) {
    const value = found[index]?.fields.get(property);
    const plain = entries.filter(({ kind }) => kind !== "connection");
    if (value !== undefined) for (const { object, key } of plain) builder.add({ object, key, value });
  }
  return builder.build();
}

/** What became of one secret of the store. */
export interface Pushed {
  readonly path: string;
  readonly change: "created" | "changed" | "unchanged";
  /** The fields that are new or have another value now. */
  readonly fields: readonly string[];
}

/** Writes fields of one secret, and keeps the others that it has; nothing is written that is there already. */
export async function pushFields(vault: Vault, path: string, fields: ReadonlyMap<string, Secret>): Promise<Pushed> {
  const existing = await vault.read(path);
  const differing = [...fields].filter(([name, value]) => !existing?.fields.get(name)?.equals(value)).map(([name]) => name);
  if (differing.length === 0 && existing !== undefined) return { path, change: "unchanged", fields: [] };
  await vault.write(path, new Map([...(existing?.fields ?? []), ...fields]), existing?.version);
  return { path, change: existing === undefined ? "created" : "changed", fields: differing };
}
