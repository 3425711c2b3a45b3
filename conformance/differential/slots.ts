/** Which limits the servers count differently on purpose, told from the calls that let them. */
import { type Answer, type Call, type Json, text } from "./call.ts";
import type { Difference } from "./compare.ts";
import { Ledger, part, RUN, tagged, textsOf } from "./ledger.ts";

/** A call that was made, with its references resolved and made comparable, and how it was answered. */
export interface Step {
  readonly call: Call;
  readonly theirs: Answer;
  readonly ours: Answer;
}

/** The words that explain why a limit which the difference is about is counted otherwise. */
export function countedOtherwise({ place, theirs }: Difference, steps: readonly Step[]): string | undefined {
  const ledger = new Ledger();
  for (const step of steps) ledger.see(step);
  const last = steps.at(-1)?.call;
  if (last === undefined || !isAboutSlots(last, place)) return undefined;
  const names = namesOf(last, place, theirs.answer.body, ledger);
  return [...ledger.otherwise].find(([, limits]) => names.some((name) => limits.has(name)))?.[0];
}

/** Numbers of slots and their holders, or what is let in and what has to wait for them. */
function isAboutSlots({ path }: Call, place: string): boolean {
  if (/\.active_slots\b/.test(place)) return true;
  if (path === RUN) return /^\$\.(?:status|retryAfter)$|^\$\.body\.(?:status|state|details)\b/.test(place);
  return /\/increment(?:-with-lease)?$/.test(path) && /^\$\.(?:status|retryAfter)$/.test(place);
}

function namesOf({ path, params, body }: Call, place: string, answer: Json, ledger: Ledger): string[] {
  if (path === RUN) return ledger.tagsOf(text(params?.["id"])).map(tagged);
  const item = /^\$\.body\[(\d+)\]/.exec(place)?.[1];
  const shown = item !== undefined && Array.isArray(answer) ? answer[Number(item)] : answer;
  const asked = textsOf(part(body, "names"));
  return [
    ...(path === "/concurrency_limits/increment" ? asked.map(tagged) : asked),
    text(part(shown, "name")),
    tagged(text(part(shown, "tag"))),
  ];
}
