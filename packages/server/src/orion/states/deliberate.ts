import type { Matter, Outcome, Policy } from "./rule.ts";
import type { StateType } from "./state.ts";

/**
 * Asks the rules of a policy in their order. As soon as one turns the run to another type of state, or to none, the rules
 * meant for the proposed transition have nothing more to say, and what the rules before it meant to do is not done.
 */
export function deliberate<Facts, Effects extends object>(
  policy: Policy<Facts, Effects>,
  matter: Matter<Facts>,
): Outcome<Effects> {
  const from = matter.initial?.type ?? null;
  const to = matter.proposed.type;
  let outcome: Outcome<Effects> = { proposed: matter.proposed, refusal: null, effects: null };
  let { proposed } = matter;
  for (const rule of policy.rules) {
    if (!concerns(rule, from, to)) continue;
    const next = rule.decide({ ...matter, proposed });
    if (next.proposed?.type !== to) return next;
    ({ proposed } = next);
    outcome = { proposed, refusal: next.refusal ?? outcome.refusal, effects: together(outcome.effects, next.effects) };
  }
  return outcome;
}

function concerns(rule: Policy<never, unknown>["rules"][number], from: StateType | null, to: StateType): boolean {
  return rule.from.includes(from) && rule.to.includes(to);
}

function together<Effects extends object>(earlier: Effects | null, later: Effects | null): Effects | null {
  if (!earlier || !later) return earlier ?? later;
  const twice = Object.keys(later).find((effect) => effect in earlier);
  if (twice) throw new Error(`Two rules of one policy intend ${twice}`);
  return { ...earlier, ...later };
}
