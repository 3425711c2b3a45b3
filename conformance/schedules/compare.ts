/**
 * `npm run schedules:compare -- --expressions N --seed S`: asks the libraries of the installed original and ourselves when random
 * schedules fire, and prints those where the answers differ.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Schedule, parseJson } from "@praetor/wire";
import { instantsOf } from "../../packages/server/src/orion/schedules/instants.ts";
import { zoneOf } from "../../packages/server/src/orion/schedules/zone.ts";
import { pythonExecutable } from "../../scripts/python.ts";
import { type Case, Expressions } from "./expressions.ts";

interface Theirs {
  readonly found?: readonly number[];
  /** How far the zone's clocks are ahead at each. */
  readonly ahead?: readonly number[];
  readonly fault?: string;
  readonly slow?: true;
}

/** What both say to one schedule. */
export interface Comparison {
  readonly asked: Case;
  readonly theirs: Theirs;
  readonly ours: readonly number[] | { readonly fault: string };
}

/** What we answer; a schedule that is refused is a fault. */
export function ourAnswer({ schedule, start, count }: Case): Comparison["ours"] {
  const parsed = Schedule.parse(parseJson(JSON.stringify(schedule)));
  if (!parsed.ok) return { fault: parsed.issues.at(-1)?.msg ?? "" };
  const found: number[] = [];
  for (const instant of instantsOf(parsed.value, start * 1e6)) {
    found.push(instant / 1e6);
    if (found.length >= count) break;
  }
  return found;
}

/** What the original's libraries answer, for each case. */
function originalAnswers(cases: readonly Case[]): Theirs[] {
  const printed = spawnSync(pythonExecutable("3.8.3"), [join(import.meta.dirname, "original.py")], {
    input: cases.map((each) => JSON.stringify(each)).join("\n"),
    encoding: "utf8",
    maxBuffer: 1024 * 1024 * 1024,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", DO_NOT_TRACK: "1" },
  });
  if (printed.status !== 0) throw new Error(`the original did not answer: ${printed.stderr}`);
  return printed.stdout
    .trim()
    .split("\n")
    .map((line): Theirs => JSON.parse(line));
}

export function compare(cases: readonly Case[]): Comparison[] {
  const theirs = originalAnswers(cases);
  return cases.map((asked, index) => ({ asked, theirs: theirs[index] ?? {}, ours: ourAnswer(asked) }));
}

/** Whether the original gave an answer to compare with, by the same rules of its zone: those change from year to year. */
export function isComparable({ asked, theirs: { slow, found = [], ahead = [] } }: Comparison): boolean {
  const zone = zoneOf(asked.schedule.timezone);
  return !slow && found.every((instant, index) => zone.offsetAt(instant) === ahead[index]);
}

/** Whether both say the same. A schedule that the original fails at is either refused or without further instants. */
export function agree({ theirs: { found = [], fault }, ours }: Comparison): boolean {
  return JSON.stringify(found) === JSON.stringify(ours) || (fault !== undefined && !Array.isArray(ours));
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { expressions: { type: "string" }, seed: { type: "string" } } });
  const [count, seed] = [Number(values.expressions ?? 10_000), Number(values.seed ?? Date.now() % 1_000_000)];
  const expressions = new Expressions(seed);
  const compared = compare(Array.from({ length: count }, () => expressions.any()));
  const comparable = compared.filter(isComparable);
  const differing = comparable.filter((each) => !agree(each));
  for (const each of differing.slice(0, 20)) console.log(JSON.stringify(each));
  console.log(`${count} schedules, seed ${seed}: ${comparable.length} compared, ${differing.length} differ`);
  process.exitCode = differing.length === 0 ? 0 : 1;
}
