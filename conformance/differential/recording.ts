/** Sequences with what the original answered, each in a file of its own, so that they need not be played on it again. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Answer, Call } from "./call.ts";

/** What the original answered to a sequence that began then, in milliseconds: as it said it, one answer to each call. */
export interface Recorded {
  readonly seed: number;
  readonly begun: number;
  /** With its references: whatever the generators make of the seed by now. */
  readonly sequence: readonly Call[];
  readonly answers: readonly Answer[];
}

const ENDING = ".json.gz";
const SPARED_BYTES = 5 * 1024 ** 3;

export class Recording {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** What has been recorded, in order. */
  seeds(): number[] {
    const names = readdirSync(this.#folder).filter((name) => name.endsWith(ENDING));
    return names.map((name) => Number(name.slice(0, -ENDING.length))).toSorted((one, other) => one - other);
  }

  has(seed: number): boolean {
    return existsSync(this.#file(seed));
  }

  read(seed: number): Recorded {
    return JSON.parse(gunzipSync(readFileSync(this.#file(seed))).toString()) as Recorded;
  }

  /** @throws where the disk is about to be full */
  write(recorded: Recorded): void {
    const { bavail, bsize } = statfsSync(this.#folder);
    if (bavail * bsize < SPARED_BYTES) throw new Error(`${this.#folder} is on a disk that is about to be full`);
    const file = this.#file(recorded.seed);
    // whole or not there, also where the recording is broken off
    writeFileSync(`${file}.part`, gzipSync(JSON.stringify(recorded)));
    renameSync(`${file}.part`, file);
  }

  #file(seed: number): string {
    return join(this.#folder, `${seed}${ENDING}`);
  }
}
