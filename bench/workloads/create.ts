import { runLoad } from "../load/loop.ts";
import { seenOf } from "../load/seen.ts";
import { clear, FLOW_ID, seedRuns, settle } from "../seed.ts";
import { measureLoad } from "./measured-load.ts";
import type { Drive, Workload } from "./workload.ts";

/** What the client sends at the start of a flow. */
const body = JSON.stringify({
  flow_id: FLOW_ID,
  name: null,
  flow_version: "d41d8cd98f00b204e9800998ecf8427e",
  parameters: { customer: "north", pages: [1, 2, 3], limit: 1.0 },
  context: {},
  parent_task_run_id: null,
  empirical_policy: { retries: 2, retry_delay: 10 },
  tags: ["bench"],
  state: { type: "PENDING", name: "Pending", message: null, state_details: { traceparent: null } },
});

export const drive: Drive = async (task) =>
  seenOf(await runLoad({ ...task, maximum: Infinity }, async (caller) => void (await caller.post("/flow_runs/", body))));

export const workload: Workload = {
  name: "create",
  title: "create a flow run",
  unit: "requests/s",
  better: "more",
  least: 15,
  aim: 40,
  /** Into a table that is in use: an empty one would be planned for as empty, by both, until it is analysed. */
  async prepare(contestant) {
    await clear(contestant);
    await seedRuns(contestant, 0, 20_000, "COMPLETED");
    await settle(contestant);
  },
  measure: (...given) => measureLoad({ name: "create", connections: 32 }, ...given),
};
