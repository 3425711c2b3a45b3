import { type Call, isObject, type Json, operationOf } from "./call.ts";
import type { Difference } from "./compare.ts";

/** Why the servers differ on purpose, or why a difference says nothing. */
export interface Explanation {
  readonly operations: RegExp;
  /** Whether this is the difference. */
  readonly when: (difference: Difference, before: readonly Call[]) => boolean;
  /** Words of the line in docs/differences.md that tells users. */
  readonly documented: string;
  /** Whether the servers hold different things from here on, so that the rest of a sequence says nothing. */
  readonly ends: boolean;
}

const fails = ({ theirs, ours }: Difference): boolean => theirs.answer.status >= 500 && ours.answer.status < 500;

/** Whether the difference stands at such a place of the answer. */
const at =
  (pattern: RegExp) =>
  ({ place }: Difference): boolean =>
    pattern.test(place);

export const EXPLAINED: readonly Explanation[] = [
  {
    operations: /\/bulk_set_state$/,
    when: at(/\.state_details\./),
    documented: "one run's lease and ids can show in another's",
    ends: false,
  },
  {
    operations: /^POST \/flow_runs\/\{id\}\/input$/,
    when: ({ theirs }) => JSON.stringify(theirs.answer.body).includes("valid bytes"),
    documented: "An input's value that is no text",
    ends: false,
  },
  {
    operations: /./,
    when: at(/^\$\.body\.request_body\./),
    documented: "The request that a refusal shows",
    ends: false,
  },
  { operations: /./, when: fails, documented: "No input may lead to a server error", ends: true },
];

export function explanationOf(difference: Difference, before: readonly Call[]): Explanation | undefined {
  const operation = operationOf(difference.call);
  return EXPLAINED.find(({ operations, when }) => operations.test(operation) && when(difference, before));
}

interface Hidden {
  readonly operation: string;
  readonly key: string;
  readonly documented: string;
}

/** Keys of answers that differ always, and are left out before anything is compared. */
export const HIDDEN: readonly Hidden[] = [
  { operation: "GET /artifacts/{key}/latest", key: "id", documented: "`id` is that of the collection" },
];

/** The answer's body without what differs always. */
export function withoutHidden(call: Call, body: Json): Json {
  if (!isObject(body)) return body;
  const hidden = HIDDEN.filter(({ operation }) => operation === operationOf(call)).map(({ key }) => key);
  return Object.fromEntries(Object.entries(body).filter(([key]) => !hidden.includes(key)));
}
