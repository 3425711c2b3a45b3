import { randomBytes } from "node:crypto";
import { secretsContract } from "@praetor/topology";
import type { ClusterSecret, ClusterSecrets } from "../cluster/cluster-secret.ts";
import { fieldOwnerName, type SecretManifest } from "../cluster/cluster.ts";
import { deriveSet } from "../facts/derive.ts";
import type { Facts } from "../facts/facts.ts";
import type { Passwords } from "../facts/resolve.ts";
import { planChanges, type PlannedKey } from "../lifecycle/plan.ts";
import { annotationNames } from "../render/manifest.ts";
import { targetNameOf } from "../rotation/target.ts";
import type { Secret } from "../secret.ts";
import type { NewValue } from "../set/rewrite.ts";
import { entryOf, type SecretObject } from "../set/secret-set.ts";
import { holderOf } from "./holder.ts";

/** A key that gets a value, or another one than it has. */
export interface KeyChange {
  readonly key: string;
  readonly action: PlannedKey["action"];
  readonly reason: string;
}

/** Why something is not ours to change. */
export interface Refusal {
  readonly object: string;
  /** Null when the whole Secret is held. */
  readonly key: string | null;
  readonly owner: string;
  readonly remedy: string;
}

/** What is to happen to one Secret. */
export interface ObjectChange {
  readonly object: string;
  readonly action: "create" | "change" | "keep";
  readonly keys: readonly KeyChange[];
  readonly refusals: readonly Refusal[];
  /** Exactly what is to be applied; a Secret that is kept has none. */
  readonly manifest: SecretManifest | undefined;
}

export interface ApplyInput {
  readonly facts: Facts;
  readonly passwords: Passwords;
  readonly existing: ClusterSecrets;
  readonly now: Date;
  /** Takes over what others hold. */
  readonly force: boolean;
}

/**
 * Decides for each Secret of the contract what to apply. What is right is kept, whoever wrote it; keys that nobody reads stay;
 * of a Secret that somebody else wrote only the keys that are wrong become ours.
 */
export function prepareApply(input: ApplyInput): ObjectChange[] {
  const { facts, passwords, existing, now } = input;
  const plan = planChanges({ facts, passwords, existing: existing.set, now, fingerprintKey: randomBytes(32) });
  return [...deriveSet(facts, passwords).objects.values()].map((planned) => {
    const keys = changedKeys(plan, planned, existing);
    const secret = existing.secrets.get(planned.name);
    if (keys.length === 0 && secret !== undefined) {
      return { object: planned.name, action: "keep", keys, refusals: [], manifest: undefined };
    }
    const refusals = secret === undefined ? [] : refusalsOf(secret, keys, input.force);
    const manifest = manifestOf(input, planned, keys);
    return { object: planned.name, action: secret === undefined ? "create" : "change", keys, refusals, manifest };
  });
}

/** A value that is due is still right: replacing it is `rotate`'s work, since whoever uses it must learn of it. */
function changedKeys(plan: readonly PlannedKey[], planned: SecretObject, { set }: ClusterSecrets): KeyChange[] {
  return plan.flatMap(({ object, key, action, reason }) => {
    const value = key === null || object !== planned.name ? undefined : planned.entries.get(key)?.value;
    if (key === null || value === undefined || entryOf(set, object, key)?.value.equals(value)) return [];
    return [{ key, action, reason }];
  });
}

function refusalsOf(secret: ClusterSecret, keys: readonly KeyChange[], force: boolean): Refusal[] {
  const object = secret.name;
  if (secret.immutable) {
    const remedy = `Nobody can change it: \`kubectl delete secret ${object}\`, and apply again.`;
    return [{ object, key: null, owner: "its mark `immutable`", remedy }];
  }
  if (force) return [];
  const holder = holderOf(secret);
  if (holder !== undefined) {
    return [{ object, key: null, owner: holder.name, remedy: `${holder.remedy} Or take it over with --force-conflicts.` }];
  }
  return keys.flatMap(({ key }) => {
    const others = othersHolding(secret, `data.${key}`);
    const remedy = "Let its owner change it, or take it over with --force-conflicts.";
    return others.length === 0 ? [] : [{ object, key, owner: others.join(", "), remedy }];
  });
}

const isOurs = ({ name, applies }: ClusterSecret["owners"][number]): boolean => name === fieldOwnerName && applies;

function othersHolding({ owners }: ClusterSecret, field: string): string[] {
  return owners.filter((owner) => !isOurs(owner) && owner.fields.has(field)).map(({ name }) => name);
}

function heldByUs(secret: ClusterSecret | undefined, field: string): boolean {
  return secret?.owners.some((owner) => isOurs(owner) && owner.fields.has(field)) ?? false;
}

function manifestOf(
  { facts, existing, now, force }: ApplyInput,
  planned: SecretObject,
  keys: readonly KeyChange[],
): SecretManifest {
  // One without any key was made by a run that did not come further.
  const isNew = (existing.set.objects.get(planned.name)?.entries.size ?? 0) === 0;
  const values = keys.flatMap(({ key }) => {
    const value = planned.entries.get(key)?.value;
    return value === undefined ? [] : [[key, value] as const];
  });
  return manifestWith(existing, planned.name, new Map(values), annotationsFor(facts, planned.name, keys, isNew, now), force);
}

/** What to apply for some keys of a Secret to have other values. What was ours and was left out would be taken away, so it stays. */
function manifestWith(
  existing: ClusterSecrets,
  name: string,
  changed: ReadonlyMap<string, Secret>,
  annotations: Readonly<Record<string, string>>,
  force: boolean,
): SecretManifest {
  const secret = existing.secrets.get(name);
  const ours = (field: string): boolean => secret === undefined || heldByUs(secret, field);
  const free = (field: string): boolean => secret === undefined || force || othersHolding(secret, field).length === 0;
  const kept = [...(existing.set.objects.get(name)?.entries.values() ?? [])]
    .filter(({ key }) => ours(`data.${key}`))
    .map(({ key, value }) => [key, value] as const);
  const labels = secret === undefined ? { "app.kubernetes.io/managed-by": "praetor" } : {};
  const marked = (kind: "annotations" | "labels") =>
    Object.entries(secret?.[kind] ?? {}).filter(([mark]) => ours(`${kind}.${mark}`));
  return {
    name,
    type: secret?.type ?? "Opaque",
    labels: { ...labels, ...Object.fromEntries(marked("labels")) },
    annotations: Object.fromEntries([
      ...marked("annotations"),
      ...Object.entries(annotations).filter(([mark]) => free(`annotations.${mark}`)),
    ]),
    values: new Map([...kept, ...changed]),
    ...(secret !== undefined && { over: secret.resourceVersion }),
  };
}

/** The changes that give keys of Secrets that exist other values; a key that has its value already is none. */
export function prepareValues(
  existing: ClusterSecrets,
  values: readonly NewValue[],
  annotations: Readonly<Record<string, string>>,
  force: boolean,
): ObjectChange[] {
  return [...Map.groupBy(values, ({ object }) => object)].map(([object, own]) => {
    const secret = existing.secrets.get(object);
    const changed = own.filter(({ key, value }) => !entryOf(existing.set, object, key)?.value.equals(value));
    const keys = changed.map(({ key }): KeyChange => ({ key, action: "rotate", reason: "It is being rotated." }));
    if (secret === undefined || keys.length === 0) return { object, action: "keep", keys: [], refusals: [], manifest: undefined };
    const next = new Map(changed.map(({ key, value }) => [key, value]));
    const manifest = manifestWith(existing, object, next, annotations, force);
    return { object, action: "change", keys, refusals: refusalsOf(secret, keys, force), manifest };
  });
}

/** A repair makes a value right and no younger. Of a Secret that exists only what is replaced gets a date, each its own. */
function annotationsFor(
  facts: Facts,
  object: string,
  keys: readonly KeyChange[],
  isNew: boolean,
  now: Date,
): Record<string, string> {
  const { contract, rotateAfterDays } = facts;
  const { version, entries } = secretsContract(contract);
  const replaced = keys.filter(({ action }) => action === "rotate").map(({ key }) => key);
  const targets = entries.filter((entry) => entry.object === object && replaced.includes(entry.key)).map(targetNameOf);
  const names = isNew ? [annotationNames.rotatedAt] : targets.map((name) => `${annotationNames.rotatedAt}.${name}`);
  return {
    [annotationNames.contract]: `${contract}-${version}`,
    ...Object.fromEntries(names.map((name) => [name, now.toISOString()])),
    ...(rotateAfterDays !== undefined && { [annotationNames.rotateAfter]: `${rotateAfterDays}d` }),
  };
}
