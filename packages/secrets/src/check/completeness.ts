import type { Contract, ContractEntry } from "@praetor/topology";
import type { SecretObject, SecretSet } from "../set/secret-set.ts";
import type { FindingCode } from "./finding.ts";

/** A fault of what a set holds and lacks, whatever the values are. */
export interface Gap {
  readonly code: FindingCode;
  readonly object: string;
  readonly key: string | null;
  readonly message: string;
  readonly remedy: string;
}

/** Secrets and keys that are missing, and those that nobody reads. */
export function gapsOf(set: SecretSet, contract: Contract): Gap[] {
  const names = [...new Set(contract.entries.map(({ object }) => object))];
  const inContract = names.flatMap((name) => gapsOfObject(name, set, contract));
  const others = [...set.objects.values()].filter(({ name }) => !names.includes(name));
  return [...inContract, ...others.flatMap((object) => unknownObject(object, names, set))];
}

const added = ({ additions }: Contract, entry: ContractEntry) => additions.some((addition) => addition.entry === entry);

function gapsOfObject(name: string, set: SecretSet, contract: Contract): Gap[] {
  const entries = contract.entries.filter(({ object }) => object === name);
  const object = set.objects.get(name);
  const read = new Set(set.faults.filter((fault) => fault.object === name).map(({ key }) => key));
  if (object === undefined && read.size === 0) return [missingObject(name, entries)];
  const keys = [...(object?.entries.keys() ?? [])];
  // What this platform adds and an installation may do without is not missed.
  const missing = entries.filter(
    (entry) => !keys.includes(entry.key) && !read.has(entry.key) && !(entry.optional && added(contract, entry)),
  );
  const unknown = keys.filter((key) => !entries.some((entry) => entry.key === key));
  return [
    ...missing.map((entry) => missingKey(entry, unknown)),
    ...unknown.map((key) => unknownKey(name, key, missing, contract)),
  ];
}

function missingObject(name: string, entries: readonly ContractEntry[]): Gap {
  const readers = [...new Set(entries.flatMap((entry) => entry.readers))];
  const optional = entries.every((entry) => entry.optional);
  const effect = optional
    ? "Pods that name it do not start, even where its values may be empty."
    : `${readers.length === 1 ? `${readers[0]} does` : `${readers.length} services and jobs do`} not start: ${readers.join(", ")}.`;
  const message = `The Secret is missing, with its ${entries.length} keys. ${effect}`;
  return { code: "object_missing", object: name, key: null, message, remedy: "Make it with `praetor secrets render`." };
}

function missingKey({ object, key, purpose, readers, optional }: ContractEntry, unknown: readonly string[]): Gap {
  const near = unknown.find((other) => distance(other, key) <= 2);
  const hint = near === undefined ? "" : ` \`${near}\`, which nobody reads, may be meant.`;
  const remedy = optional
    ? "Add it; an empty value will do where it is not used."
    : "Add it; `praetor secrets render` writes it.";
  return {
    code: "key_missing",
    object,
    key,
    message: `The key is missing: ${purpose}. Without it, ${names(readers)} not start.${hint}`,
    remedy,
  };
}

const names = (readers: readonly string[]): string =>
  readers.length === 0 ? "what reads it does" : `${readers.join(", ")} ${readers.length === 1 ? "does" : "do"}`;

function unknownKey(object: string, key: string, missing: readonly ContractEntry[], contract: Contract): Gap {
  const near = missing.find((entry) => distance(key, entry.key) <= 2)?.key;
  const elsewhere = contract.entries.filter((entry) => entry.key === key).map((entry) => entry.object);
  const remedy =
    near !== undefined
      ? `Rename it to \`${near}\`, which is missing.`
      : elsewhere.length > 0
        ? `It belongs in ${elsewhere.join(", ")}; remove it here.`
        : "Remove it.";
  return { code: "key_unknown", object, key, message: "Nobody reads this key.", remedy };
}

/** Other Secrets of a namespace are none of ours, unless their name is nearly one of ours. */
function unknownObject({ name }: SecretObject, known: readonly string[], set: SecretSet): Gap[] {
  const near = known.find((each) => !set.objects.has(each) && distance(each, name) <= 3);
  if (near === undefined && !name.endsWith("-connection-strings")) return [];
  const remedy = near === undefined ? "Remove it." : `Rename it to \`${near}\`, which is missing.`;
  return [{ code: "object_unknown", object: name, key: null, message: "Nobody reads this Secret.", remedy }];
}

/** How many characters must be added, removed or replaced to make one text the other. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, left] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, right] of Array.from(b).entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (left === right ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
