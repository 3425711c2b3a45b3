import { expect, test } from "vitest";
import { SERVER } from "../circumstances.ts";
import { UNTIL_RELEASED } from "../lease.ts";
import { ask, flowRun, LEASE } from "../testing.ts";
import { holdSlotForOldClient } from "./hold-slot-for-old-client.ts";

const leased = (live: boolean) => flowRun({ state: "PENDING", deployment: {}, lease: { id: LEASE, live } });

test.each([
  ["3.4.10", "RUNNING"],
  ["3.4.11rc1", "CANCELLING"],
  [null, "RUNNING"],
] as const)("holds the slot of a client %s that becomes %s until it lets go", (client_version, to) => {
  const outcome = ask(holdSlotForOldClient, leased(true), to, { proposer: { ...SERVER, client_version } });
  expect(outcome.effects).toEqual({ renew: { id: LEASE, seconds: UNTIL_RELEASED } });
});

test.each([
  ["a client that renews its leases", leased(true), "3.4.11"],
  ["a lease that has expired", leased(false), "3.4.10"],
  ["a run without lease", flowRun({ state: "PENDING" }), "3.4.10"],
])("does nothing for %s", (_, facts, client_version) => {
  const outcome = ask(holdSlotForOldClient, facts, "RUNNING", { proposer: { ...SERVER, client_version } });
  expect(outcome).toMatchObject({ status: "pass", effects: null });
});
