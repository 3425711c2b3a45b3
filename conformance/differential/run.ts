/**
 * `npm run differential -- --sequences 500 --seed 7`: plays random sequences of calls on the original and on Praetor, and
 * shows where they answer differently, each difference once, with the smallest sequence that shows it.
 *
 *   --sequences N   how many (default 200)          --seed S    the first sequence's number (default 1), or all: 3,9,27
 *   --pairs P       pairs of servers (default 1)    --longest L calls of the longest sequence (default 40)
 *   --verbose       show the first of each explained difference, and how often each operation was answered how
 *   --keep          keep what was found as fixtures, which `npm test` then plays
 *   --record F      play on the original alone, and keep what it answers in that folder; what is there stays
 *   --against F     play what was recorded there on Praetor alone: many times faster, but the clocks of the two runs
 *                   differ, so that a difference counts only when it shows again with `--live`
 *   --live          with `--against`: play what was recorded on both servers again
 */
import { parseArgs } from "node:util";
import * as fc from "fast-check";
import { build } from "../../scripts/build.ts";
import type { Call } from "./call.ts";
import type { Difference } from "./compare.ts";
import { keep } from "./fixture.ts";
import { anySequence, type Description } from "./generate/operations.ts";
import { minimise } from "./minimise.ts";
import { play, playAgainst, record, told } from "./play.ts";
import { Recording } from "./recording.ts";
import { type Side, type Sides, startSide, startSides } from "./sides.ts";
import { say, Tally } from "./tally.ts";

const { values: options } = parseArgs({
  options: {
    sequences: { type: "string" },
    seed: { type: "string" },
    pairs: { type: "string", default: "1" },
    longest: { type: "string", default: "40" },
    keep: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
    record: { type: "string" },
    against: { type: "string" },
    live: { type: "boolean", default: false },
  },
});
const PROGRESS_MILLISECONDS = 10_000;
const USUAL = 200;

const tally = new Tally(options.verbose);
const known = options.against === undefined ? undefined : new Recording(options.against);
const seeds = seedsOf(options.seed?.split(",").map(Number) ?? [known?.seeds()[0] ?? 1]);

function seedsOf([first = 1, ...others]: number[]): number[] {
  if (others.length > 0) return [first, ...others];
  const many = options.sequences === undefined ? undefined : Number(options.sequences);
  if (known) return known.seeds().filter((seed) => seed >= first && seed < first + (many ?? Infinity));
  return Array.from({ length: many ?? USUAL }, (_, index) => first + index);
}

type Sequences = (seed: number) => readonly Call[];

const generated =
  (arbitrary: fc.Arbitrary<Call[]>): Sequences =>
  (seed) =>
    fc.sample(arbitrary, { seed, numRuns: 1 })[0] ?? [];

async function sequencesOf(praetor: Side): Promise<Sequences> {
  if (known) return (seed) => known.read(seed).sequence;
  const described = await fetch(`${praetor.url}/openapi.json`);
  return generated(anySequence((await described.json()) as Description, Number(options.longest)));
}

async function playOne(sides: Sides, sequence: readonly Call[], seed: number): Promise<void> {
  const outcome = await play(sides, sequence);
  tally.count(seed, outcome);
  const { difference } = outcome;
  if (!difference || !tally.find(seed, difference)) return;
  say(`\nseed ${seed}: ${told(difference)}`);
  const smallest = await minimise(sides, sequence.slice(0, difference.index + 1), difference);
  if (smallest === undefined) {
    tally.forget(difference);
    return say(`\nseed ${seed}: not seen again`);
  }
  show(seed, (await play(sides, smallest)).difference ?? difference, smallest);
  if (options.keep) keep(difference, smallest);
}

async function playKnown(recording: Recording, praetor: Side, seed: number): Promise<void> {
  const recorded = recording.read(seed);
  const outcome = await playAgainst(recorded, praetor);
  tally.count(seed, outcome);
  const { difference } = outcome;
  if (!difference || !tally.find(seed, difference)) return;
  show(seed, difference, recorded.sequence.slice(0, difference.index + 1));
  console.log(`whether it shows again: npm run differential -- --against ${options.against} --seed ${seed} --sequences 1 --live`);
}

function show(seed: number, difference: Difference, sequence: readonly Call[]): void {
  console.log(`\nseed ${seed}: ${told(difference)}\n${sequence.map((call) => `  ${JSON.stringify(call)}`).join("\n")}`);
}

async function recordOne(recording: Recording, original: Side, sequence: readonly Call[], seed: number): Promise<void> {
  const recorded = await record(seed, sequence, original);
  if (recorded === undefined) return say(`\nseed ${seed}: the original was silent; not recorded`);
  tally.countCalls(recorded.answers.length);
  recording.write(recorded);
}

interface Servers {
  stop(): Promise<void>;
}

/** Starts as many servers as are asked for, and shares the sequences out among them. */
async function shareOut<T extends Servers>(
  starting: () => Promise<T>,
  left: readonly number[],
  one: (servers: T, seed: number) => Promise<void>,
): Promise<void> {
  const all = await Promise.all(Array.from({ length: Number(options.pairs) }, starting));
  const timer = setInterval(() => tally.progress(left.length), PROGRESS_MILLISECONDS);
  const next = left.values();
  try {
    await Promise.all(
      all.map(async (servers) => {
        for (const seed of next) await one(servers, seed);
      }),
    );
  } finally {
    clearInterval(timer);
    await Promise.all(all.map((servers) => servers.stop()));
  }
  tally.progress(left.length);
}

async function recordAll(folder: string): Promise<void> {
  const recording = new Recording(folder);
  const praetor = await startSide("praetor");
  const sequences = await sequencesOf(praetor);
  await praetor.stop();
  const left = seeds.filter((seed) => !recording.has(seed));
  await shareOut(
    () => startSide("original"),
    left,
    (original, seed) => recordOne(recording, original, sequences(seed), seed),
  );
}

async function playAll(): Promise<void> {
  let sequences: Promise<Sequences> | undefined;
  await shareOut(startSides, seeds, async (sides, seed) => {
    sequences ??= sequencesOf(sides.praetor);
    await playOne(sides, (await sequences)(seed), seed);
  });
}

await build();
if (options.record !== undefined) await recordAll(options.record);
else if (known && !options.live)
  await shareOut(
    () => startSide("praetor"),
    seeds,
    (praetor, seed) => playKnown(known, praetor, seed),
  );
else await playAll();
tally.tell();
process.exitCode = tally.isClean ? 0 : 1;
