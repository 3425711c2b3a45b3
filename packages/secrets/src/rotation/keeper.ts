import { existsSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { ContractEntry } from "@praetor/topology";
import { renderEnv } from "../render/plain.ts";
import { removeDrafts, writePrivateFile } from "../render/private-file.ts";
import { readSet } from "../set/read.ts";
import { type Annotations, type NewValue, rewriteSet } from "../set/rewrite.ts";
import { entryOf, type SecretSet, SetBuilder } from "../set/secret-set.ts";

/** Where a set lives: it is read, its values are replaced, and those who read them are told. */
export interface Keeper {
  /** For people, such as `set.yaml`. */
  readonly where: string;
  /** Where a rotation of it is remembered, so that it is found again from any folder. */
  readonly journalPath: string;
  read(): Promise<SecretSet>;
  /** Replaces values of keys that are there. */
  write(values: readonly NewValue[], annotations: Annotations): Promise<void>;
  /** Has those who read the keys read them anew, and waits until they have; undefined where only people can do that. */
  readonly restart?: (entries: readonly ContractEntry[], seconds: number) => Promise<void>;
  /** Keeps values beside the set, as private as the set, so that a rotation can be taken back. */
  keepPrevious(values: SecretSet): Promise<void>;
  previous(): Promise<SecretSet | undefined>;
  forgetPrevious(): Promise<void>;
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
  const previous = `${beside}previous.env`;
  return {
    where: path,
    journalPath: `${beside}rotation.json`,
    read: () => Promise.resolve(readSet([path])),
    write: (values, annotations) => rewriteSet(readSet([path]), values, annotations),
    keepPrevious: (values) => writePrivateFile(previous, renderEnv(values)),
    previous: () => Promise.resolve(existsSync(previous) ? readSet([previous]) : undefined),
    forgetPrevious: async () => {
      await removeDrafts(previous);
      await rm(previous, { force: true });
    },
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
