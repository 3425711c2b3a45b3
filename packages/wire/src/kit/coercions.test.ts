import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Issue, parseJson } from "./index.ts";
import { KINDS } from "./kinds.testing.ts";

type RecordedIssue = [type: string, loc: (string | number)[], msg: string, ctx: Record<string, unknown> | null, input?: unknown];
type Group = [outcome: string | RecordedIssue[], ...inputs: string[]];

const recorded: Record<string, Group[]> = JSON.parse(readFileSync(new URL("recorded/coercions.json", import.meta.url), "utf8"));

/** Inputs that we answer otherwise, and why. */
const DIFFERENCES: [kind: RegExp, inputs: RegExp, why: string][] = [
  [/integer|delay|labels/, /^12345678901234567890$/, "no column takes an integer beyond 2^53"],
  [/^timestamp$/, /^-1\.25$/, "the original moves the fraction of a negative number to the wrong side"],
  [
    /retry delay|constrained union|number or integer/,
    /^\[?-?\d+(?:\.0)?\]?$|^1e2$|^\[1,2\.5\]$|^\["1","2\.5"\]$/,
    "a double does not remember that it was a float",
  ],
];

function differs(kind: string, input: string): boolean {
  return DIFFERENCES.some(([kinds, inputs]) => kinds.test(kind) && inputs.test(input));
}

/** Python and JavaScript write the same exponent differently. */
function spelled(text: unknown): unknown {
  return typeof text === "string" &&
    /^[\d.]+(?:e[+-]?\d+)?$/.test(text) &&
    (text.includes("e") || text.startsWith("0.0000") || text.length > 17)
    ? Number(text)
    : text;
}

/** Numbers by value: 1.0 and 1 are the same to a reader of JSON. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function issueOf([type, loc, msg, ctx, ...input]: RecordedIssue, whole: unknown): Issue {
  return { type, loc, msg, input: input.length === 0 ? whole : input[0], ...(ctx && { ctx }) };
}

describe.each(Object.entries(recorded))("%s, as the original reads it", (kind, groups) => {
  const schema = KINDS[kind];
  const cases = groups.flatMap(([outcome, ...inputs]) => inputs.map((input) => ({ input, outcome })));
  test.each(cases.filter(({ input }) => !differs(kind, input)))("$input", ({ input, outcome }) => {
    const given = parseJson(input);
    const parsed = schema?.parse(given);
    if (typeof outcome !== "string") {
      expect(plain(parsed)).toEqual({ ok: false, issues: plain(outcome.map((issue) => issueOf(issue, given))) });
    } else if (kind.startsWith("json")) {
      expect(parsed?.ok && JSON.parse(schema?.dump(parsed.value) ?? "")).toEqual(JSON.parse(outcome));
    } else {
      expect(spelled(parsed?.ok ? schema?.dump(parsed.value) : parsed)).toEqual(spelled(outcome));
    }
  });
});
