import { existsSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { ContractEntry } from "@praetor/topology";
import { renderEnv } from "../render/plain.ts";
import { removeDrafts, writePrivateFile } from "../render/private-file.ts";
import { readSet } from "../set/read.ts";
import { Journal } from "./journal.ts";
import { type Annotations, type NewValue, rewriteSet } from "../set/rewrite.ts";
import { entryOf, type SecretSet, SetBuilder } from "../set/secret-set.ts";

/** Where a set lives: it is read, its values are replaced, and those who read them are told. */
export interface Keeper {
  /** For people, such as `set.yaml`. */
  readonly where: string;
  /** Where its rotations are remembered, so that they are found again from any folder: what the names of those files begin with. */
  readonly journals: string;
  read(): Promise<SecretSet>;
  /** Replaces values of keys that are there. */
  write(values: readonly NewValue[], annotations: Annotations): Promise<void>;
  /** Refuses what could not be delivered, before anything begins. @throws RotationError */
  readonly requireOurs?: (entries: readonly ContractEntry[]) => Promise<void>;
  /** Has those who read the keys read them anew, and waits until they have; undefined where only people can do that. */
  readonly restart?: (entries: readonly ContractEntry[], seconds: number) => Promise<void>;
  /** Keeps values beside the set, as private as the set, so that the rotation of a target can be taken back. */
  keepPrevious(target: string, values: SecretSet): Promise<void>;
  previous(target: string): Promise<SecretSet | undefined>;
  forgetPrevious(target: string): Promise<void>;
}

/** Those keys of a set that a target has. */
export function partOf(set: SecretSet, entries: readonly ContractEntry[]): SecretSet {
  const builder = new SetBuilder();
  for (const { object, key } of entries) {
    const entry = entryOf(set, object, key);
    if (entry !== undefined) builder.add(entry);
  }
  return builder.build();
}

/** A set in a file or a folder. Who reads it is restarted by people, or reads it again by itself. */
export function fileKeeper(path: string): Keeper {
  // Nobody who reads a folder looks at names that begin with two dots.
  const beside = isFolder(path) ? `${path}/..` : join(dirname(path), `..${basename(path)}.`);
  const previous = (target: string) => `${beside}${target}.previous.env`;
  return {
    where: path,
    journals: beside,
    read: () => Promise.resolve(readSet([path])),
    write: (values, annotations) => rewriteSet(readSet([path]), values, annotations),
    keepPrevious: (target, values) => writePrivateFile(previous(target), renderEnv(values)),
    previous: (target) => Promise.resolve(existsSync(previous(target)) ? readSet([previous(target)]) : undefined),
    forgetPrevious: async (target) => {
      await removeDrafts(previous(target));
      await rm(previous(target), { force: true });
    },
  };
}

/** The journal of a target's rotation. */
export function journalOf({ journals }: Keeper, target: string): Journal {
  return new Journal(`${journals}${target}.rotation.json`);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
