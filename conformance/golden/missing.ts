import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const RECORD = join(import.meta.dirname, "missing.txt");

/** The original's operations that are known to be missing here, one a line: the list may only become shorter. */
export function recordedMissing(): string[] {
  return readFileSync(RECORD, "utf8").split("\n").filter(Boolean);
}

/** Takes off the record what is served now. */
export function shortenRecord(missing: readonly string[]): void {
  const kept = recordedMissing().filter((operation) => missing.includes(operation));
  writeFileSync(RECORD, kept.map((operation) => `${operation}\n`).join(""));
}

/** Where the record is wrong: what is missing without being on it, and what is on it and served. */
export function recordFaults(missing: readonly string[]): { readonly lost: string[]; readonly closed: string[] } {
  const recorded = recordedMissing();
  return {
    lost: missing.filter((operation) => !recorded.includes(operation)),
    closed: recorded.filter((operation) => !missing.includes(operation)),
  };
}
