import type { Case, FlowBefore, FlowVariant, TaskBefore, TaskVariant } from "./record.ts";

/** A recorded answer that Praetor gives differently on purpose; `name` is a row of docs/differences.md. */
interface Difference<V, Before> {
  readonly name: string;
  /** Whether this is why the original said `theirs` where we say `ours`. */
  readonly explains: (one: Case<V, Before>, theirs: string, ours: string) => boolean;
}

const SERVER_ERROR = "500";

export const flowDifferences: readonly Difference<FlowVariant, FlowBefore>[] = [
  {
    name: "Slots that were never held",
    explains: (one, theirs, ours) => !holdsSlot(one) && theirs === ours.replace("slots+0", "slots-1"),
  },
  {
    name: "Limits that went away",
    explains: ({ variant }, theirs, ours) =>
      variant.limit?.inactive === true && theirs === SERVER_ERROR && ours.startsWith("201 | ACCEPT"),
  },
  {
    name: "Forced states and leases",
    explains: (one, theirs, ours) => one.variant.force === true && holdsSlot(one) && theirs === ours.replace(" | lease=kept", ""),
  },
];

export const taskDifferences: readonly Difference<TaskVariant, TaskBefore>[] = [
  {
    name: "Results that are no records",
    explains: ({ steps }, theirs) => theirs === SERVER_ERROR && Array.isArray(steps.at(-1)?.data),
  },
  {
    name: "Slots of tags, held once",
    explains: ({ before, proposal }, theirs, ours) =>
      before.held && proposal.type === "RUNNING" && theirs === ours.replace("slots+0", "slots+2"),
  },
];

/**
 * Whether the run holds a slot of its deployment. The original revokes the lease of a client that does not renew it and
 * keeps the slot counted; there the lease is kept instead.
 */
export function holdsSlot({ variant, before }: Case<FlowVariant, FlowBefore>): boolean {
  const counted = variant.limit !== undefined && variant.limit.lost === undefined && before.slots > variant.limit.taken;
  return before.lease === "live" || (before.lease === "lost" && counted);
}
