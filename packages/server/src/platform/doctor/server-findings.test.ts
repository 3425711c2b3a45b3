import { describe, expect, test } from "vitest";
import type { ServerFacts } from "./server-facts.ts";
import { connectionFindings, pairFindings, serverFindings } from "./server-findings.ts";

const facts = (more: Partial<ServerFacts> = {}): ServerFacts => ({
  version: 170_002,
  system: "7",
  standby: false,
  position: 10_000_000,
  replayedSecondsAgo: undefined,
  replaying: false,
  connections: 97,
  clockAhead: 0.1,
  clockError: 0.01,
  flags: [],
  ...more,
});
const replica = (more: Partial<ServerFacts> = {}) => facts({ standby: true, replayedSecondsAgo: 0, ...more });
const subject = { server: "orion", instance: "primary" } as const;
const told = (findings: readonly { severity: string; code: string }[]) =>
  findings.map(({ severity, code }) => `${severity} ${code}`);

test.each<[what: string, facts: Partial<ServerFacts>, expected: string[]]>([
  ["as it should be", {}, []],
  ["of version 13", { version: 130_020 }, ["error version_unsupported"]],
  ["of version 16", { version: 160_004 }, ["note version_old"]],
  ["3 s ahead", { clockAhead: 3 }, ["warning clock_skew"]],
  ["40 s behind", { clockAhead: -40 }, ["error clock_skew"]],
  ["3 s ahead by an answer that took as long", { clockAhead: 3, clockError: 3 }, []],
  ["without a flag", { flags: [["auto_explain.log_format", null, "json"]] }, ["note flags_differ"]],
])("a server %s", (_, more, expected) => {
  expect(told(serverFindings(subject, facts(more)))).toEqual(expected);
});

describe("a replica", () => {
  test.each<[what: string, facts: Partial<ServerFacts>, expected: string[]]>([
    ["that has everything", {}, []],
    ["that has everything of a primary that rests", { replayedSecondsAgo: 9000 }, []],
    ["a moment behind", { position: 9_000_000, replayedSecondsAgo: 2 }, []],
    ["20 s behind", { position: 9_000_000, replayedSecondsAgo: 20, replaying: true }, ["warning replica_lags"]],
    ["10 minutes behind", { position: 9_000_000, replayedSecondsAgo: 600, replaying: true }, ["error replica_lags"]],
    ["of another system", { system: "8" }, ["error replica_of_another_system"]],
    ["that was promoted", { standby: false }, ["error replica_promoted"]],
  ])("%s", (_, more, expected) => {
    expect(told(pairFindings("orion", facts(), replica(more), false))).toEqual(expected);
  });

  test("that receives nothing is told from one that is slow", () => {
    const behind = { position: 9_000_000, replayedSecondsAgo: 20 };
    const remedyOf = (more: Partial<ServerFacts>) =>
      pairFindings("orion", facts(), replica({ ...behind, ...more }), false)[0]?.remedy;
    expect(remedyOf({ replaying: false })).toContain("the connection to the primary");
    expect(remedyOf({ replaying: true })).toContain("long queries");
  });

  test("that is in the primary's place while the primary is in its own is a swap", () => {
    expect(told(pairFindings("orion", replica(), facts(), false))).toEqual(["error primary_and_replica_swapped"]);
    expect(told(pairFindings("orion", replica(), replica(), false))).toEqual(["error primary_is_standby"]);
  });
});

test("connections that are too few are counted", () => {
  expect(connectionFindings(subject, facts(), 8)).toEqual([]);
  expect(connectionFindings(subject, facts(), 20)).toMatchObject([{ remedy: expect.stringContaining("at least 260") }]);
});
