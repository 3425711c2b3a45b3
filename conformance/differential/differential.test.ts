import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Answer, Call } from "./call.ts";
import { EXPLAINED, HIDDEN } from "./explained.ts";
import { anySequence, type Description } from "./generate/operations.ts";
import { play, playAgainst, record, told } from "./play.ts";
import type { Recorded } from "./recording.ts";
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

const NAMING_A_MOMENT: Call = {
  method: "POST",
  path: "/flow_runs/history",
  body: { history_start: "@time/-2", history_end: "@time/1", history_interval_seconds: 3600 },
};

/** As if it had been recorded so many seconds before. */
function earlier(recorded: Recorded, seconds: number): Recorded {
  const moment = (text: string): string => new Date(Date.parse(text) - seconds * 1000).toISOString().slice(0, 19);
  const shifted = JSON.stringify(recorded.answers).replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/g, (text) => moment(`${text}Z`));
  return { ...recorded, begun: recorded.begun - seconds * 1000, answers: JSON.parse(shifted) as Answer[] };
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

test(
  "a recorded sequence shows no difference, whenever it is played",
  async () => {
    const sequence = JSON.parse(readFileSync(join(folder, "page-of-task-runs.json"), "utf8")) as Call[];
    const recorded = await record(1, [...sequence, NAMING_A_MOMENT], sides.original);
    if (recorded === undefined) throw new Error("the original was silent");
    const { calls, difference } = await playAgainst(earlier(recorded, 3600), sides.praetor);
    expect({ calls, difference: difference && told(difference) }).toEqual({ calls: recorded.answers.length });
  },
  PATIENT,
);

test("every difference that is explained is documented", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/differences.md"), "utf8");
  const missing = [...EXPLAINED, ...HIDDEN].filter(({ documented }) => !page.includes(documented));
  expect(missing.map(({ documented }) => documented)).toEqual([]);
});
