import { mkdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { removeDrafts, writePrivateFile } from "../render/private-file.ts";
import { RotationError } from "./rotation-error.ts";

/** In this order; each is written down before it begins, and may be done again from its start. */
export const rotationSteps = ["introduce", "deliver", "adopt", "retire", "finish"] as const;
export type RotationStep = (typeof rotationSteps)[number];

/** How far a rotation has come. It holds no secret, nor anything that was made from one. */
export interface JournalEntry {
  readonly version: 1;
  /** The target. */
  readonly name: string;
  /** Where the set is. */
  readonly where: string;
  readonly started: string;
  /** The date that the secret had before; missing where none was known. */
  readonly dated?: string;
  readonly direction: "forward" | "back";
  readonly step: RotationStep;
  /** Since when nobody uses the old value, once that was seen. */
  readonly adopted?: string;
  /** What the party that accepts the secret must know to go on: names of roles, counts. */
  readonly party: Readonly<Record<string, string | number | boolean>>;
}

/** The file that remembers one rotation until it is finished. */
export class Journal {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Undefined when nothing is under way. @throws RotationError */
  read(): JournalEntry | undefined {
    let text: string;
    try {
      text = readFileSync(this.path, "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw this.#unreadable();
    }
    try {
      const entry: unknown = JSON.parse(text);
      if (isEntry(entry)) return entry;
    } catch {
      // It is told below like anything else that is no journal.
    }
    throw this.#unreadable();
  }

  async write(entry: JournalEntry): Promise<void> {
    mkdirSync(dirname(this.path), { recursive: true });
    await writePrivateFile(this.path, `${JSON.stringify(entry, undefined, 2)}\n`);
  }

  /** With what a process left that was killed while it wrote it. */
  async remove(): Promise<void> {
    await removeDrafts(this.path);
    await rm(this.path, { force: true });
  }

  #unreadable(): RotationError {
    const remedy = "Look at it: it says which rotation was under way. Name another with --journal, or move it away.";
    return new RotationError("journal_unreadable", `${this.path} is no journal that this version can read.`, remedy);
  }
}

function isEntry(value: unknown): value is JournalEntry {
  if (typeof value !== "object" || value === null) return false;
  const { version, name, where, direction, step, party }: Partial<Record<keyof JournalEntry, unknown>> = value;
  return (
    version === 1 &&
    typeof name === "string" &&
    typeof where === "string" &&
    (direction === "forward" || direction === "back") &&
    rotationSteps.some((each) => each === step) &&
    typeof party === "object" &&
    party !== null
  );
}
