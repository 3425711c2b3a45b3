import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { judgeFlowRun } from "./judge-flow-run.ts";
import { judgeTaskRun } from "./judge-task-run.ts";
import { flowPolicyFor, markLateRunsPolicy, taskPolicyFor } from "./policies.ts";
import { flowDifferences, taskDifferences } from "./recorded/differences.ts";
import { circumstancesOf, flowRunOf, inputOf, taskRunOf } from "./recorded/facts.ts";
import {
  type Case,
  casesOf,
  type FlowBefore,
  type FlowVariant,
  record,
  type TaskBefore,
  type TaskVariant,
} from "./recorded/record.ts";
import { flowVerdictTold, taskVerdictTold } from "./recorded/telling.ts";
import { propose } from "./state.ts";
import { NOW } from "./testing.ts";

/** Seconds by which no proposal's times are those of the state before it. */
const LATER = 0.001;

function flowVerdict(one: Case<FlowVariant, FlowBefore>): string {
  const facts = flowRunOf(one);
  const policy = one.variant.late ? markLateRunsPolicy : flowPolicyFor({ force: one.variant.force ?? false });
  const verdict = judgeFlowRun(policy, facts, propose(inputOf(one.proposal, {}, LATER), NOW), circumstancesOf(one.variant));
  return flowVerdictTold(facts, verdict);
}

function taskVerdict(one: Case<TaskVariant, TaskBefore>): string {
  const facts = taskRunOf(one);
  const { force = false, details, tags = [] } = one.variant;
  const policy = taskPolicyFor({ force, deferred: details?.deferred ?? false });
  const verdict = judgeTaskRun(policy, facts, propose(inputOf(one.proposal, details, LATER), NOW), circumstancesOf({}));
  return taskVerdictTold(facts, verdict, tags.length);
}

function byInitial<C extends Case<unknown, unknown>>(cases: readonly C[]): [string, C[]][] {
  const groups = Map.groupBy(cases, ({ name }) => name.slice(0, name.indexOf(" ->")));
  return [...groups];
}

const flowCases = casesOf(record.flow);
const taskCases = casesOf(record.task);

/** Answers that are neither the original's nor different for a reason that we name. */
function unexplained<C extends Case<unknown, unknown>>(
  cases: readonly C[],
  verdictOf: (one: C) => string,
  differences: readonly { readonly explains: (one: C, theirs: string, ours: string) => boolean }[],
) {
  return cases
    .map((one) => ({ proposal: one.name, theirs: one.answer, ours: verdictOf(one), one }))
    .filter(({ theirs, ours, one }) => theirs !== ours && !differences.some(({ explains }) => explains(one, theirs, ours)))
    .map(({ proposal, theirs, ours }) => ({ proposal, theirs, ours }));
}

describe("every proposed state is answered as the original answers it", () => {
  test.each(byInitial(flowCases))("flow run, %s", (_, cases) => {
    expect(unexplained(cases, flowVerdict, flowDifferences)).toEqual([]);
  });

  test.each(byInitial(taskCases))("task run, %s", (_, cases) => {
    expect(unexplained(cases, taskVerdict, taskDifferences)).toEqual([]);
  });
});

const documented = readFileSync(new URL("../../../../../docs/differences.md", import.meta.url), "utf8");

describe("every difference is documented, and is one", () => {
  test.each(flowDifferences)("$name", ({ name, explains }) => {
    expect(documented).toContain(`| ${name} |`);
    expect(flowCases.some((one) => one.answer !== flowVerdict(one) && explains(one, one.answer, flowVerdict(one)))).toBe(true);
  });

  test.each(taskDifferences)("$name", ({ name, explains }) => {
    expect(documented).toContain(`| ${name} |`);
    expect(taskCases.some((one) => one.answer !== taskVerdict(one) && explains(one, one.answer, taskVerdict(one)))).toBe(true);
  });
});
