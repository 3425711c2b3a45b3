import { judgeFlowRun } from "./judge-flow-run.ts";
import { judgeTaskRun } from "./judge-task-run.ts";
import {
  backgroundTaskPolicy,
  coreFlowPolicy,
  coreTaskPolicy,
  markLateRunsPolicy,
  minimalFlowPolicy,
  minimalTaskPolicy,
} from "./policies.ts";
import type { Policy, Rule } from "./rule.ts";
import { isTerminal, STATE_TYPES, type StateType, TERMINAL_STATES, titleOf } from "./state.ts";
import { circumstances, flowRun, proposal, taskRun } from "./testing.ts";
import type { Verdict } from "./verdict.ts";

/* Draws the state machine from the rules themselves: docs/states.md is what comes out. */

type Judge = (from: StateType | null, to: StateType) => Verdict<unknown>;
type AnyPolicy = Policy<never, unknown>;

/** A run about which nothing is special: deployed, without process id, stored result, limits or a time to wait for. */
const judgeFlow: Judge = (from, to) =>
  judgeFlowRun(coreFlowPolicy, flowRun({ state: from, deployment: {} }), proposal(to), circumstances());

const judgeTask: Judge = (from, to) => judgeTaskRun(coreTaskPolicy, taskRun({ state: from }), proposal(to), circumstances());

const ORIGINS = [null, ...STATE_TYPES];
const ENDED = "Ended";

/** The whole page. */
export function drawStates(): string {
  return (
    [
      "# States",
      "What follows is drawn from the rules in `packages/server/src/orion/states`; a test fails when it is out of date.",
      "## How a flow run moves",
      "Accepted proposals for a deployed run about which nothing is special. A run that has ended can be run again.",
      diagram(judgeFlow),
      "## What is answered",
      `For such a run, from the state on the left to the state above: ${LEGEND}. With \`force\`, nearly everything is accepted.`,
      "### Flow runs",
      matrix(judgeFlow),
      "### Task runs of a running flow",
      matrix(judgeTask),
      "## Which rules are asked",
      "In this order; the first that refuses or replaces the proposal ends the deliberation.",
      ...policies.flatMap(([use, policy]) => [`### \`${policy.name}\`: ${use}`, ruleTable(policy)]),
      "",
    ]
      .join("\n\n")
      .trimEnd() + "\n"
  );
}

const policies: readonly (readonly [use: string, policy: AnyPolicy])[] = [
  ["what clients and workers propose for a flow run", coreFlowPolicy],
  ["what is forced upon a flow run", minimalFlowPolicy],
  ["what the service proposes that marks late runs", markLateRunsPolicy],
  ["what clients propose for a task run", coreTaskPolicy],
  ["what is proposed for task runs that task workers execute", backgroundTaskPolicy],
  ["what is forced upon a task run", minimalTaskPolicy],
];

/** The four ends are drawn as one wherever they are alike. */
function diagram(judge: Judge): string {
  const accepted = (from: StateType | null, to: StateType) => from !== to && judge(from, to).status === "ACCEPT";
  const going = STATE_TYPES.filter((type) => !isTerminal(type));
  const edges: [string, string][] = going.flatMap((to) => (accepted(null, to) ? [["[*]", titleOf(to)]] : []));
  for (const from of going) {
    edges.push(...going.filter((to) => accepted(from, to)).map((to): [string, string] => [titleOf(from), titleOf(to)]));
    const ends = TERMINAL_STATES.filter((to) => accepted(from, to));
    edges.push(...alike(ends).map((end): [string, string] => [titleOf(from), end]));
  }
  for (const to of going) {
    const ends = TERMINAL_STATES.filter((from) => accepted(from, to));
    edges.push(...alike(ends).map((end): [string, string] => [end, titleOf(to)]));
  }
  const ends = TERMINAL_STATES.map((type) => `    ${titleOf(type)}`);
  return [
    "```mermaid",
    "stateDiagram-v2",
    `  state ${ENDED} {`,
    ...ends,
    "  }",
    ...edges.map((edge) => `  ${edge.join(" --> ")}`),
    "```",
  ].join("\n");
}

function alike(ends: readonly StateType[]): string[] {
  return ends.length === TERMINAL_STATES.length ? [ENDED] : ends.map(titleOf);
}

const SIGNS = { ACCEPT: "yes", REJECT: "no", ABORT: "abort", WAIT: "wait" };
const LEGEND = "`yes` accepted, `no` refused, `abort` refused and the client stops, a name: that state is written instead";

function matrix(judge: Judge): string {
  const sign = (from: StateType | null, to: StateType) => {
    const { status, state, writes } = judge(from, to);
    return status === "REJECT" && writes && state && state.type !== from ? state.name : SIGNS[status];
  };
  const rows = ORIGINS.map((from) => [from ? titleOf(from) : "none", ...STATE_TYPES.map((to) => sign(from, to))]);
  return table(["", ...STATE_TYPES.map(titleOf)], rows);
}

function ruleTable({ rules }: AnyPolicy): string {
  if (rules.length === 0) return "No rule at all; only slots are given back and the bookkeeping is done.";
  return table(
    ["rule", "from", "to"],
    rules.map((rule) => [`\`${rule.name}\``, statesTold(rule.from), statesTold(rule.to)]),
  );
}

function statesTold(states: Rule<never, unknown>["from"]): string {
  const missing = ORIGINS.filter((type) => !states.includes(type) && type !== null);
  if (missing.length === 0) return "any";
  const ended = TERMINAL_STATES.every((type) => states.includes(type));
  if (missing.length < 4) return `any but ${missing.map((type) => titleOf(type ?? "PENDING")).join(", ")}`;
  const told = states.flatMap((type) => (type === null || (ended && isTerminal(type)) ? [] : [titleOf(type)]));
  return [...told, ...(ended ? ["ended"] : [])].join(", ");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
