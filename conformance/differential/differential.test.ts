import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Call } from "./call.ts";
import { EXPLAINED, HIDDEN } from "./explained.ts";
import { anySequence, type Description } from "./generate/operations.ts";
import { play, told } from "./play.ts";
import { type Sides, startSides } from "./sides.ts";

/** As many as fit a run of all tests; `npm run differential` plays more. */
const SEQUENCES = 60;
const LONGEST = 24;
const SEED = 20_260_101;
const PATIENT = 600_000;

const folder = join(import.meta.dirname, "fixtures");
const fixtures = readdirSync(folder).filter((name) => name.endsWith(".json"));

let sides: Sides;
beforeAll(async () => {
  sides = await startSides();
}, PATIENT);
afterAll(() => sides?.stop());

/** What the sequence shows of unexplained difference, for people. */
async function differenceIn(sequence: readonly Call[]): Promise<string | undefined> {
  const { difference } = await play(sides, sequence);
  return difference && `${told(difference)}\n${sequence.map((call) => JSON.stringify(call)).join("\n")}`;
}

describe("sequences that once showed a difference show none", () => {
  test.each(fixtures)(
    "%s",
    async (name) => {
      const sequence = JSON.parse(readFileSync(join(folder, name), "utf8")) as Call[];
      expect(await differenceIn(sequence)).toBeUndefined();
    },
    PATIENT,
  );
});

test(
  `${SEQUENCES} random sequences show no difference`,
  async () => {
    const described = await fetch(`${sides.praetor.url}/openapi.json`);
    const sequences = fc.sample(anySequence((await described.json()) as Description, LONGEST), {
      seed: SEED,
      numRuns: SEQUENCES,
    });
    const found: (string | undefined)[] = [];
    for (const sequence of sequences) found.push(await differenceIn(sequence));
    expect(found.filter((difference) => difference !== undefined)).toEqual([]);
  },
  PATIENT,
);

test("every difference that is explained is documented", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/differences.md"), "utf8");
  const missing = [...EXPLAINED, ...HIDDEN].filter(({ documented }) => !page.includes(documented));
  expect(missing.map(({ documented }) => documented)).toEqual([]);
});
