import { runLoad } from "../load/loop.ts";
import { seenOf } from "../load/seen.ts";
import type { Drive } from "./workload.ts";

/** Takes a slot of one limit under a lease and gives it back; there are more slots than callers. */
export const drive: Drive = async (task) => {
  const asked = JSON.stringify({ names: ["bench"], slots: 1, lease_duration: 300 });
  const load = await runLoad({ ...task, maximum: Infinity }, async (caller) => {
    const { body } = await caller.post("/v2/concurrency_limits/increment-with-lease", asked);
    const { lease_id } = JSON.parse(body) as { lease_id?: string };
    if (lease_id === undefined) throw new Error(`no lease: ${body.slice(0, 300)}`);
    await caller.post("/v2/concurrency_limits/decrement-with-lease", JSON.stringify({ lease_id }));
  });
  const seen = seenOf(load);
  // Two requests are one lease.
  return { ...seen, operations: seen.operations / 2 };
};
