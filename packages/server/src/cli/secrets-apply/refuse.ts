import type { ObjectChange, Refusal } from "@praetor/secrets/apply";
import { CommandError } from "../exit.ts";
import type { Terminal } from "../terminal.ts";

/** One that is refused stops all: values depend on each other, and half of them would fit neither the old nor the new. */
export function refuseHeld(terminal: Terminal, changes: readonly ObjectChange[], asJson = false): void {
  const refusals = changes.flatMap((change) => change.refusals);
  if (refusals.length === 0) return;
  if (asJson) terminal.out(JSON.stringify({ refusals }, undefined, 2));
  for (const refusal of refusals) terminal.error(`${refusalText(refusal)}\n  ${refusal.remedy}`);
  throw new CommandError(
    "Others hold what would have to change; nothing was applied.",
    "`praetor secrets plan --from cluster` shows every key that is not as the facts say.",
  );
}

const refusalText = ({ object, key, owner }: Refusal): string =>
  `refused  ${object}${key === null ? "" : `/${key}`} is held by ${owner}.`;
