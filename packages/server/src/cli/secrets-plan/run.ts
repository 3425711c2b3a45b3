import { randomBytes } from "node:crypto";
import { hasChanges, planChanges, type PlannedKey } from "@praetor/secrets/sets";
import { explained } from "../secrets/failures.ts";
import { statedFor } from "../secrets/input.ts";
import { existingGiven } from "../secrets/place.ts";
import { table } from "../table.ts";

/** `praetor secrets plan` */
export const run = explained(async (terminal, given) => {
  const existing = await existingGiven(terminal, given);
  const { facts, passwords } = await statedFor(terminal, given, existing);
  const plan = planChanges({ facts, passwords, existing, now: new Date(), fingerprintKey: randomBytes(32) });
  if (given.flags.has("--json")) terminal.out(JSON.stringify({ plan }, undefined, 2));
  else terminal.out(report(plan, given.flags.has("--all")));
  return hasChanges(plan) ? "findings" : "success";
});

function report(plan: readonly PlannedKey[], all: boolean): string {
  const shown = plan.filter(({ action }) => all || action !== "keep");
  const lines = shown.map(({ action, object, key, existing, planned, reason }) => [
    action,
    key === null ? object : `${object}/${key}`,
    `${existing?.length ?? "-"} -> ${planned?.length ?? "-"}`,
    `${existing?.fingerprint ?? "-"} -> ${planned?.fingerprint ?? "-"}`,
    reason,
  ]);
  const counts = Object.entries(Object.groupBy(plan, ({ action }) => action)).map(
    ([action, keys]) => `${action} ${keys?.length}`,
  );
  const head = ["ACTION", "KEY", "LENGTH", "FINGERPRINT", "REASON"];
  return [
    ...(lines.length === 0 ? [] : [table(head, lines), ""]),
    hasChanges(plan) ? counts.join(", ") : `Nothing to do: ${counts.join(", ")}.`,
  ].join("\n");
}
