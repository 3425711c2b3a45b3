import { expect, test } from "vitest";
import { deliberate } from "./deliberate.ts";
import { ANY_ORIGIN, ANY_STATE, abort, type Outcome, pass, type Policy, reject, type Rule, wait } from "./rule.ts";
import { type ProposedState, scheduled } from "./state.ts";
import { circumstances, NOW, proposal, type Said, state } from "./testing.ts";

type Effects = Readonly<Record<string, boolean>>;
type Speech = (proposed: ProposedState) => Outcome<Effects>;

const speaking = (decide: Speech, fits: Partial<Rule<null, Effects>> = {}): Rule<null, Effects> => ({
  name: "rule",
  from: ANY_ORIGIN,
  to: ANY_STATE,
  decide: ({ proposed }) => decide(proposed),
  ...fits,
});

function outcomeOf(rules: readonly Rule<null, Effects>[], proposed: Said = "RUNNING"): Outcome<Effects> {
  const policy: Policy<null, Effects> = { name: "policy", rules };
  const matter = { facts: null, initial: state("PENDING"), proposed: proposal(proposed), circumstances: circumstances() };
  return deliberate(policy, matter);
}

const first = speaking((proposed) => pass(proposed, { first: true }));
const renaming = speaking((proposed) => pass({ ...proposed, name: "Renamed" }));
const tellingName = speaking((proposed) => pass(proposed, { [proposed.name]: true }));

test("accepts what no rule refuses, with all that the rules intend", () => {
  const outcome = outcomeOf([first, speaking((proposed) => pass(proposed, { second: true }))]);
  expect(outcome).toMatchObject({ refusal: null, proposed: { type: "RUNNING" }, effects: { first: true, second: true } });
});

test("asks only the rules that concern the transition", () => {
  const silent = [
    speaking(() => abort("wrong origin"), { from: ["RUNNING", null] }),
    speaking(() => abort("wrong target"), { to: ["PENDING"] }),
  ];
  expect(outcomeOf([...silent, first]).refusal).toBeNull();
});

test("shows a rule what the rules before it made of the proposal", () => {
  expect(outcomeOf([renaming, tellingName]).effects).toEqual({ Renamed: true });
});

test.each<[string, Speech]>([
  ["another type of state", () => reject(scheduled("AwaitingRetry", NOW), "no", { last: true })],
  ["no state", () => reject(null, "no", { last: true })],
])("a rule that turns the run to %s ends the deliberation and undoes what the others intended", (_, speech) => {
  const outcome = outcomeOf([first, speaking(speech), speaking(() => abort("too late"))]);
  expect(outcome).toMatchObject({ refusal: { status: "REJECT", details: { reason: "no" } }, effects: { last: true } });
});

test.each([
  ["WAIT", wait(3, "soon")],
  ["ABORT", abort("never")],
])("%s leaves nothing to write", (status, speech) => {
  expect(outcomeOf([first, speaking(() => speech)])).toMatchObject({ refusal: { status }, proposed: null, effects: null });
});

test("two rules that intend the same thing are a mistake in the policy", () => {
  expect(() => outcomeOf([first, first])).toThrow("Two rules of one policy intend first");
});

test("a replacement of the same type is still the business of the later rules", () => {
  const outcome = outcomeOf([first, speaking((proposed) => reject(proposed, "but")), tellingName]);
  expect(outcome).toMatchObject({ refusal: { details: { reason: "but" } }, effects: { first: true, Running: true } });
});
