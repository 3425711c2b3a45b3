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
  readonly ends: boolean | ((difference: Difference) => boolean);
}

const fails = ({ theirs, ours }: Difference): boolean => theirs.answer.status >= 500 && ours.answer.status < 500;

/** Whether we did what the other server failed to do. */
const did = ({ call, ours }: Difference): boolean => ours.answer.status < 400 && !isRead(call);

function isRead({ method, path }: Call): boolean {
  return method === "GET" || /\/(?:filter|count|paginate|history|lateness|counts)$/.test(path);
}

/** Whether the difference stands at such a place of the answer. */
const at =
  (pattern: RegExp) =>
  ({ place }: Difference): boolean =>
    pattern.test(place);

/** Which calls, once made, let the servers count slots differently on purpose. */
const COUNTED_OTHERWISE: readonly { readonly calls: readonly RegExp[]; readonly documented: string }[] = [
  {
    calls: [/^POST \/v2\/concurrency_limits\/decrement$/, /increment-with-lease$|\/concurrency_limits\/increment$|\/set_state$/],
    documented: "Gives back only slots that were taken without a lease",
  },
  { calls: [/\/concurrency_limits\/tag\/\{tag\}\/reset$/], documented: "Afterwards the given task runs hold the slots" },
  { calls: [/^POST \/concurrency_limits\/increment$/], documented: "A second slot, unless the limit is of the old kind" },
  { calls: [/^POST \/task_runs\/\{id\}\/set_state$/, /limits\/$/], documented: "It keeps the slots that it holds" },
  {
    calls: [/^PATCH \/v2\/concurrency_limits\//, /increment|\/set_state$/],
    documented: "The number is set; leases beyond it hold no slot any more",
  },
  {
    calls: [/^POST \/v2\/concurrency_limits\/$/, /increment-with-lease$/, /decrement-with-lease$/],
    documented: "Such a lease holds nothing",
  },
];

const COUNTING = /concurrency_limits|\/task_runs\/\{id\}\/set_state$/;

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
  {
    operations: /^POST \/concurrency_limits\/filter$/,
    when: ({ call }) => isObject(call.body) && ("limit" in call.body || "offset" in call.body),
    documented: "Other global limits are counted in `limit` and `offset`",
    ends: false,
  },
  {
    operations: /./,
    when: ({ place }, before) => /\.state_details\./.test(place) && before.some(({ path }) => path.endsWith("/bulk_set_state")),
    documented: "one run's lease and ids can show in another's",
    ends: true,
  },
  ...COUNTED_OTHERWISE.map(({ calls, documented }) => ({
    operations: COUNTING,
    // numbers of slots and their holders, and what is let in or has to wait for them
    when: ({ place, theirs, ours, call }: Difference, before: readonly Call[]) =>
      (/active_slots|^\$\.(?:status|retryAfter)$|\.body\.(?:status|state|details)/.test(place) ||
        ours.answer.status !== theirs.answer.status) &&
      calls.every((pattern) => [...before, call].some((made) => pattern.test(operationOf(made)))),
    documented,
    ends: true,
  })),
  {
    operations: /\/leases\/\{lease_id\}\/renew$/,
    when: ({ theirs, ours }, before) =>
      theirs.answer.status === 410 &&
      ours.answer.status === 204 &&
      before.some(({ path }) => path.endsWith("decrement-with-lease")),
    documented: "A lease of no limit",
    ends: false,
  },
  {
    operations: /^DELETE \/concurrency_limits\/\{id\}$/,
    when: ({ theirs, ours }) => theirs.answer.status === 200 && ours.answer.status === 404,
    documented: "of a limit that is no tag's",
    ends: true,
  },
  { operations: /./, when: fails, documented: "No input may lead to a server error", ends: did },
];

/** The reason of a difference, and whether the sequence ends with it. */
export function explanationOf(
  difference: Difference,
  before: readonly Call[],
): { readonly documented: string; readonly ends: boolean } | undefined {
  const operation = operationOf(difference.call);
  const found = EXPLAINED.find(({ operations, when }) => operations.test(operation) && when(difference, before));
  if (found === undefined) return undefined;
  return { documented: found.documented, ends: typeof found.ends === "boolean" ? found.ends : found.ends(difference) };
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
