import { isDeepStrictEqual } from "node:util";
import { type Call, isObject, type Json, operationOf } from "./call.ts";
import type { Difference } from "./compare.ts";
import { FAILURES } from "./failures.ts";
import { FAULTS, isInactive } from "./faults.ts";
import { countedOtherwise, type Step } from "./slots.ts";

/** Why the servers differ on purpose, or why a difference says nothing. */
export interface Explanation {
  readonly operations: RegExp;
  /** Whether this is the difference. */
  readonly when: (difference: Difference, steps: readonly Step[]) => boolean;
  /** Words of the line in docs/differences.md that tells users. */
  readonly documented: string;
  /** Whether the servers hold different things from here on, so that the rest of a sequence says nothing. */
  readonly ends: boolean | ((difference: Difference) => boolean);
}

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

/** What a bulk proposal of the original lets its runs share. */
const SHARED = /\.state_details\.(?:flow_run_id|task_run_id|deployment_concurrency_lease_id|scheduled_time)$/;
const REFUSED = "$.body.request_body";

/** The part of the last call's body that `place` is about. */
function sentAt(place: string, steps: readonly Step[]): Json | undefined {
  return [...place.matchAll(/\w+/g)].reduce<Json | undefined>(
    (value, [key]) => (Array.isArray(value) ? value[Number(key)] : isObject(value) ? value[key] : undefined),
    steps.at(-1)?.call.body,
  );
}

function makesPlainLimit({ call, theirs }: Step): boolean {
  const name = isObject(theirs.body) ? theirs.body["name"] : undefined;
  return operationOf(call) === "POST /v2/concurrency_limits/" && typeof name === "string" && !name.startsWith("tag:");
}

const isMadeBy = ({ theirs }: Step, id: Json | undefined): boolean => isObject(theirs.body) && theirs.body["id"] === id;

/** Whether the step ended the lease which the last call is about, and that lease was one of no active limit. */
function releasesNothing({ call }: Step, steps: readonly Step[]): boolean {
  const lease = steps.at(-1)?.call.params?.["lease_id"];
  return (
    call.path.endsWith("/decrement-with-lease") &&
    isObject(call.body) &&
    call.body["lease_id"] === lease &&
    steps.some(({ theirs: { body } }) => isObject(body) && body["lease_id"] === lease && isOfNothing(body["limits"], steps))
  );
}

function isOfNothing(limits: Json | undefined, steps: readonly Step[]): boolean {
  const calls = steps.map(({ call }) => call);
  return Array.isArray(limits) && limits.every((limit) => isObject(limit) && isInactive(limit["name"], calls));
}

function eachOnce(list: Json | undefined): Json | undefined {
  if (!Array.isArray(list)) return list;
  return list.filter((item, index) => list.findIndex((other) => isDeepStrictEqual(item, other)) === index);
}

export const EXPLAINED: readonly Explanation[] = [
  {
    operations: /\/bulk_set_state$/,
    when: at(SHARED),
    documented: "one run's lease and ids can show in another's",
    ends: false,
  },
  {
    operations: /^POST \/flow_runs\/\{id\}\/input$/,
    when: ({ place, theirs }) => /\.(?:msg|type)$/.test(place) && /bytes/.test(JSON.stringify(theirs.value)),
    documented: "An input's value that is no text",
    ends: false,
  },
  {
    operations: /./,
    when: ({ place, ours }, steps) =>
      place.startsWith(REFUSED) && isDeepStrictEqual(ours.value, sentAt(place.slice(REFUSED.length), steps)),
    documented: "The request that a refusal shows",
    ends: false,
  },
  {
    operations: /^POST \/concurrency_limits\/filter$/,
    when: ({ call, place }, steps) =>
      place.startsWith("$.body") &&
      isObject(call.body) &&
      ("limit" in call.body || "offset" in call.body) &&
      steps.some((step) => makesPlainLimit(step)),
    documented: "Other global limits are counted in `limit` and `offset`",
    ends: false,
  },
  {
    operations: /./,
    when: ({ place }, steps) => SHARED.test(place) && steps.some(({ call }) => call.path.endsWith("/bulk_set_state")),
    documented: "one run's lease and ids can show in another's",
    ends: true,
  },
  {
    operations: /\/leases\/\{lease_id\}\/renew$/,
    when: ({ theirs, ours }, steps) =>
      theirs.answer.status === 410 && ours.answer.status === 204 && steps.some((step) => releasesNothing(step, steps)),
    documented: "A lease of no active limit",
    ends: false,
  },
  {
    operations: /^GET \/flow_runs\/\{id\}\/graph-v2$/,
    when: ({ place, theirs, ours }) =>
      /\.(?:children|parents)\b/.test(place) && isDeepStrictEqual(eachOnce(theirs.value), ours.value),
    documented: "Repeated when a node has several inputs",
    ends: false,
  },
  {
    operations: /^DELETE \/concurrency_limits\/\{id\}$/,
    when: ({ theirs, ours }, steps) =>
      theirs.answer.status === 200 &&
      ours.answer.status === 404 &&
      steps.some((step) => makesPlainLimit(step) && isMadeBy(step, steps.at(-1)?.call.params?.["id"])),
    documented: "of a limit that is no tag's",
    ends: true,
  },
  ...FAULTS,
  ...FAILURES.map(({ operations, status, sent, documented }) => ({
    operations,
    when: ({ call, theirs, ours }: Difference, steps: readonly Step[]) =>
      theirs.answer.status >= 500 && status.includes(ours.answer.status) && sent(call, steps),
    documented,
    ends: did,
  })),
];

/** The reason of a difference, and whether the sequence ends with it. */
export function explanationOf(
  difference: Difference,
  steps: readonly Step[],
): { readonly documented: string; readonly ends: boolean } | undefined {
  const operation = operationOf(difference.call);
  const found = EXPLAINED.find(({ operations, when }) => operations.test(operation) && when(difference, steps));
  if (found === undefined) {
    const documented = countedOtherwise(difference, steps);
    return documented === undefined ? undefined : { documented, ends: true };
  }
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
