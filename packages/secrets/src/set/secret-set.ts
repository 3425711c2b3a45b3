import type { Secret } from "../secret.ts";

/** Where something was read: the file as it was named, and its line, counted from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
}

/** One key of a Secret, and its value decoded from whatever carried it. */
export interface Entry {
  readonly object: string;
  readonly key: string;
  readonly value: Secret;
  readonly position?: Position;
}

/** A Secret as it exists somewhere. */
export interface SecretObject {
  readonly name: string;
  readonly namespace?: string;
  /** When it was made, or in a store last written: its values cannot be older. */
  readonly createdAt?: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** What the carrier of a set has wrong, so that a value is lost, replaced or twice there. */
export type ReadFaultCode = "key_repeated" | "object_repeated" | "value_not_base64" | "value_not_string" | "value_not_text";

export interface ReadFault {
  readonly code: ReadFaultCode;
  readonly object: string;
  readonly key?: string;
  readonly position?: Position;
}

/** Secrets by name, and what was wrong with their carrier. */
export interface SecretSet {
  readonly objects: ReadonlyMap<string, SecretObject>;
  readonly faults: readonly ReadFault[];
}

/** The entry of a set, if it has one. */
export function entryOf(set: SecretSet, object: string, key: string): Entry | undefined {
  return set.objects.get(object)?.entries.get(key);
}

interface Draft {
  readonly name: string;
  namespace?: string;
  createdAt?: string;
  annotations: Record<string, string>;
  readonly entries: Map<string, Entry>;
}

/** Collects a set from several carriers. What comes first stays; what comes again is a fault. */
export class SetBuilder {
  readonly #objects = new Map<string, Draft>();
  readonly #faults: ReadFault[] = [];

  /** Begins a Secret that a carrier declares whole; a second declaration of one name is a fault. */
  declare(name: string, details: Partial<Omit<Draft, "name" | "entries">> & { position?: Position } = {}): void {
    const { namespace, createdAt, annotations, position } = details;
    if (this.#objects.has(name)) this.fault({ code: "object_repeated", object: name, ...(position && { position }) });
    const draft = this.#draft(name);
    if (namespace !== undefined) draft.namespace ??= namespace;
    if (createdAt !== undefined) draft.createdAt ??= createdAt;
    draft.annotations = { ...annotations, ...draft.annotations };
  }

  add(entry: Entry): void {
    const { entries } = this.#draft(entry.object);
    const { object, key, position } = entry;
    if (entries.has(key)) this.fault({ code: "key_repeated", object, key, ...(position && { position }) });
    else entries.set(key, entry);
  }

  fault(fault: ReadFault): void {
    this.#faults.push(fault);
  }

  build(): SecretSet {
    return { objects: this.#objects, faults: this.#faults };
  }

  #draft(name: string): Draft {
    const known = this.#objects.get(name) ?? { name, annotations: {}, entries: new Map<string, Entry>() };
    this.#objects.set(name, known);
    return known;
  }
}
