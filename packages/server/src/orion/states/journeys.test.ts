import { addSeconds, microseconds, type Timestamp } from "@praetor/wire";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { FlowRunFacts, LimitFacts } from "./facts.ts";
import { judgeFlowRun } from "./judge-flow-run.ts";
import { flowPolicyFor } from "./policies.ts";
import { carriesResult } from "./result.ts";
import { isTerminal, propose, STATE_TYPES } from "./state.ts";
import { circumstances, FLOW_RUN_POLICY, flowRun, NOW, RESULT } from "./testing.ts";
import type { FlowRunVerdict } from "./verdict.ts";

/** One proposal on a run's way, and what had happened to the deployment's limit by then. */
const step = fc.record({
  type: fc.constantFrom(...STATE_TYPES),
  named: fc.boolean(),
  reschedule: fc.boolean(),
  stored: fc.boolean(),
  force: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
  seconds: fc.integer({ min: -1, max: 600 }),
  freeElsewhere: fc.integer({ min: 0, max: 2 }),
  leaseExpires: fc.integer({ min: 0, max: 4 }).map((chance) => chance === 0),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const runs = fc.record({
  retries: fc.integer({ min: 0, max: 2 }),
  deployed: fc.boolean(),
  path: fc.array(step, { maxLength: 40 }),
});

const LIMIT: LimitFacts = { id: "limit", active: true, limit: 3, free: 0 };

function proposed({ type, named, reschedule, stored }: Step, now: Timestamp) {
  const name = named ? { name: "Named" } : {};
  return propose({ type, ...name, data: stored ? RESULT : null, state_details: { pause_reschedule: reschedule } }, now);
}

/** The facts as the next read would find them: what the writer is asked to do has been done. */
function written(facts: FlowRunFacts, { writes }: FlowRunVerdict): FlowRunFacts {
  if (!writes) return facts;
  const { taken, released } = writes.leases;
  const kept = facts.lease && !released.includes(facts.lease.id) ? facts.lease : null;
  return { ...facts, run: writes.run, state: writes.state ?? facts.state, lease: taken ? { id: taken.id, live: true } : kept };
}

/** The facts at a step: others have taken and given back slots, and the run's own lease may have expired. */
function atStep(facts: FlowRunFacts, { freeElsewhere, leaseExpires }: Step): FlowRunFacts {
  if (!facts.deployment) return facts;
  const limit = { ...LIMIT, free: freeElsewhere };
  const lease = facts.lease && { ...facts.lease, live: facts.lease.live && !leaseExpires };
  return { ...facts, lease, deployment: { ...facts.deployment, limit } };
}

function holds(before: FlowRunFacts, verdict: FlowRunVerdict, after: FlowRunFacts, force: boolean): void {
  const { status, writes, state } = verdict;
  expect(state).toBe(writes?.state ?? before.state);
  if (status === "WAIT" || status === "ABORT") expect(writes).toBeNull();
  if (status === "ACCEPT") expect(writes?.state).toBeTruthy();
  expect(Boolean(writes?.event)).toBe(Boolean(writes?.state));
  if (!writes?.state) return;

  const next = writes.state;
  const was = before.state;
  if (was) expect(microseconds(next.timestamp)).toBeGreaterThan(microseconds(was.timestamp));
  expect(writes.replaces).toBe(was?.id ?? null);
  expect([0, next.type === "RUNNING" ? 1 : 0]).toContain(after.run.run_count - before.run.run_count);
  expect(after.run.end_time !== null).toBe(isTerminal(next.type));

  if (!force && was && isTerminal(was.type)) {
    expect(["CANCELLING", "PAUSED", "CRASHED"]).not.toContain(next.type);
    if (was.type === "COMPLETED" && carriesResult(was.data)) expect(isTerminal(next.type)).toBe(true);
  }
  if (!force && was?.type === "CANCELLING") expect(next.type).toBe("CANCELLED");
  if (after.lease?.live) {
    expect(["PENDING", "RUNNING", "CANCELLING"]).toContain(next.type);
    expect(next.state_details.deployment_concurrency_lease_id).toBe(after.lease.id);
  }
  if (writes.leases.taken) expect(before.lease?.live ?? false).toBe(false);
}

test("whatever is proposed to a flow run, what it becomes keeps the promises", () => {
  fc.assert(
    fc.property(runs, ({ retries, deployed, path }) => {
      const start = flowRun({ policy: { ...FLOW_RUN_POLICY, retries }, deployment: deployed ? {} : null });
      const about = circumstances();
      let [facts, now] = [start, NOW];
      for (const one of path) {
        now = addSeconds(now, one.seconds);
        const before = atStep(facts, one);
        const verdict = judgeFlowRun(flowPolicyFor(one), before, proposed(one, now), { ...about, now });
        facts = written(before, verdict);
        holds(before, verdict, facts, one.force);
      }
    }),
    { numRuns: 300 },
  );
});
