/**
 * `npm run differential -- --sequences 500 --seed 7`: plays random sequences of calls on the original and on Praetor, and
 * shows where they answer differently, each difference once, with the smallest sequence that shows it.
 *
 *   --sequences N   how many (default 200)          --seed S    the first sequence's number (default 1)
 *   --pairs P       pairs of servers (default 1)    --longest L calls of the longest sequence (default 40)
 *   --verbose       show the first of each explained difference, and how often each operation was answered how
 *   --keep          keep what was found as fixtures, which `npm test` then plays
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as fc from "fast-check";
import { build } from "../../scripts/build.ts";
import { type Call, operationOf } from "./call.ts";
import { type Difference, signatureOf } from "./compare.ts";
import { anySequence, type Description } from "./generate/operations.ts";
import { minimise } from "./minimise.ts";
import { play, told } from "./play.ts";
import { type Sides, startSides } from "./sides.ts";

const { values: options } = parseArgs({
  options: {
    sequences: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    pairs: { type: "string", default: "1" },
    longest: { type: "string", default: "40" },
    keep: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});
const total = Number(options.sequences);
const firstSeed = Number(options.seed);
const begun = performance.now();
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const PROGRESS_MILLISECONDS = 10_000;

const found = new Map<string, number>();
const explained = new Map<string, number>();
const answered = new Map<string, number>();
let [played, calls, unrepeatable] = [0, 0, 0];

async function playOne(sides: Sides, arbitrary: fc.Arbitrary<Call[]>, seed: number): Promise<void> {
  const [sequence = []] = fc.sample(arbitrary, { seed, numRuns: 1 });
  const outcome = await play(sides, sequence);
  played++;
  calls += outcome.calls;
  for (const [kind, times] of outcome.answered) answered.set(kind, (answered.get(kind) ?? 0) + times);
  for (const { difference, documented } of outcome.explained) {
    const reason = `${operationOf(difference.call)}: ${documented}`;
    explained.set(reason, (explained.get(reason) ?? 0) + 1);
    if (options.verbose && explained.get(reason) === 1)
      say(`\nseed ${seed}, explained: ${told(difference)}\n  ${JSON.stringify(difference.call)}`);
  }
  if (outcome.difference) await report(sides, sequence.slice(0, outcome.difference.index + 1), outcome.difference, seed);
}

async function report(sides: Sides, sequence: readonly Call[], difference: Difference, seed: number): Promise<void> {
  const signature = signatureOf(difference);
  const times = (found.get(signature) ?? 0) + 1;
  found.set(signature, times);
  if (times > 1) return;
  say(`\nseed ${seed}: ${signature}`);
  const smallest = await minimise(sides, sequence, signature);
  if (smallest === undefined) {
    found.delete(signature);
    unrepeatable++;
    say(`\nseed ${seed}: not seen again\n${told(difference)}`);
    return;
  }
  const last = (await play(sides, smallest)).difference ?? difference;
  console.log(`\nseed ${seed}: ${told(last)}\n${smallest.map((call) => `  ${JSON.stringify(call)}`).join("\n")}`);
  if (options.keep) keep(signature, smallest);
}

function keep(signature: string, sequence: readonly Call[]): void {
  const name = signature
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 100);
  const file = join(import.meta.dirname, "fixtures", `${name.replaceAll(/^-|-$/g, "")}.json`);
  writeFileSync(file, `${JSON.stringify(sequence, null, 1)}\n`);
}

function progress(): void {
  const seconds = (performance.now() - begun) / 1000;
  const rate = calls / seconds;
  say(
    `${played} of ${total} sequences, ${calls} calls, ${rate.toFixed(0)}/s, ${found.size} kinds of difference, ${seconds.toFixed(0)} s`,
  );
}

await build();
const pairs = await Promise.all(Array.from({ length: Number(options.pairs) }, () => startSides()));
const [pair] = pairs;
if (pair === undefined) throw new Error("--pairs asks for at least one");
const described = (await (await fetch(`${pair.praetor.url}/openapi.json`)).json()) as Description;
const arbitrary = anySequence(described, Number(options.longest));
const timer = setInterval(progress, PROGRESS_MILLISECONDS);
let next = 0;
try {
  await Promise.all(
    pairs.map(async (sides) => {
      while (next < total) await playOne(sides, arbitrary, firstSeed + next++);
    }),
  );
} finally {
  clearInterval(timer);
  await Promise.all(pairs.map((sides) => sides.stop()));
}
progress();
for (const [reason, times] of [...explained].toSorted(([, one], [, other]) => other - one))
  console.log(`explained ${times} times: ${reason}`);
if (options.verbose)
  for (const kind of [...answered.keys()].toSorted()) console.log(`${String(answered.get(kind)).padStart(7)}  ${kind}`);
for (const [signature, times] of found) console.log(`different ${times} times: ${signature}`);
console.log(
  `${played} sequences, ${calls} calls, ${found.size} kinds of unexplained difference, ${unrepeatable} seen once and not again`,
);
process.exitCode = found.size === 0 ? 0 : 1;
