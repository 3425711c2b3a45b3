import { STATE_TYPES } from "@praetor/wire";
import * as fc from "fast-check";
import type { Operation } from "./reference.ts";

/** A step as it is drawn: numbers that may name nothing yet. */
type Drawn =
  | {
      readonly kind: "propose";
      readonly run: number;
      readonly type: (typeof STATE_TYPES)[number];
      readonly force: boolean;
      readonly result: boolean;
    }
  | { readonly kind: "delete" | "die"; readonly run: number }
  | { readonly kind: "take" }
  | { readonly kind: "give" | "renew" | "lose"; readonly lease: number }
  | { readonly kind: "again"; readonly nth: number };

/** What several clients do to some runs of one deployment. The operations of one moment happen at once. */
export interface Trace {
  readonly slots: number;
  readonly runs: number;
  readonly moments: readonly (readonly Drawn[])[];
}

const MOST_RUNS = 3;
const run = fc.nat({ max: MOST_RUNS - 1 });
const lease = fc.nat({ max: 3 });

const drawn: fc.Arbitrary<Drawn> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("propose" as const),
      run,
      type: fc.constantFrom(...STATE_TYPES),
      force: fc.constantFrom(false, false, false, false, true),
      result: fc.boolean(),
    }),
  },
  // The usual way of a run, which blind proposals seldom find.
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("propose" as const),
      run,
      type: fc.constantFrom("PENDING" as const, "PENDING" as const, "RUNNING" as const, "COMPLETED" as const),
      force: fc.constant(false),
      result: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("again" as const), nth: fc.nat({ max: 7 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("die" as const), run }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const), run }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("take" as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("give" as const, "renew" as const, "lose" as const), lease }) },
);

export const traces: fc.Arbitrary<Trace> = fc.record({
  slots: fc.integer({ min: 1, max: 2 }),
  runs: fc.integer({ min: 1, max: MOST_RUNS }),
  moments: fc.array(fc.array(drawn, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 }),
});

/** The operations of a trace: what names nothing is left out, and what is sent again is the very same. */
export function planned({ runs, moments }: Trace): Operation[][] {
  const sent: Operation[] = [];
  let leases = 0;
  const plan = (step: Drawn): Operation[] => {
    switch (step.kind) {
      case "propose":
        return [{ ...step, run: step.run % runs, transition: sent.length }];
      case "delete":
      case "die":
        return [{ kind: step.kind, run: step.run % runs }];
      case "take":
        return [{ kind: "take", lease: leases++ }];
      case "again":
        return sent.length === 0 ? [] : sent.slice(step.nth % sent.length, (step.nth % sent.length) + 1);
      default:
        if (leases === 0) return [];
        return [{ kind: step.kind, lease: step.lease % leases }];
    }
  };
  return moments.map((moment) =>
    moment.flatMap((step) => {
      const operations = plan(step);
      sent.push(...operations.filter(({ kind }) => kind === "propose" || kind === "take"));
      return operations;
    }),
  );
}
