/** Faults of the original that show in what it answers, not in that it fails. */
import { type Call, isObject, type Json, operationOf } from "./call.ts";
import type { Explanation } from "./explained.ts";

const part = (value: Json | undefined, ...keys: readonly string[]): Json | undefined =>
  keys.reduce<Json | undefined>((within, key) => (isObject(within) ? within[key] : undefined), value);
const stateOf = ({ body }: Call, ...keys: readonly string[]): Json | undefined => part(body, "state", ...keys);

const carriesArtifact = (call: Call): boolean => Boolean(stateOf(call, "data", "artifact_key"));

/** A pause that asks for input and does not say under which keys. */
function pausesWithoutKeys(call: Call): boolean {
  const keys = stateOf(call, "state_details", "run_input_keyset");
  return isObject(keys) && Object.keys(keys).length > 0 && !("schema" in keys && "response" in keys);
}

/** Whether a filter in the value asks of a state's type or name what it is and what it is not. */
function asksBothOfState(value: Json | undefined): boolean {
  if (!isObject(value)) return false;
  const criteria = ["type", "name"].map((key) => part(value, "state", key));
  return criteria.some((one) => isBoth(one)) || Object.values(value).some((inner) => asksBothOfState(inner));
}

function isBoth(criterion: Json | undefined): boolean {
  const [wanted, unwanted] = [part(criterion, "any_"), part(criterion, "not_any_")];
  return Array.isArray(wanted) && Array.isArray(unwanted) && unwanted.length > 0;
}

const isRead = (call: Call): boolean => /\/(?:filter|count|paginate|history|lateness|counts)$/.test(call.path);

export const FAULTS: readonly Explanation[] = [
  {
    operations: /^POST \/(?:task|flow)_runs\/$|^PATCH \/flow_runs\/\{id\}$/,
    when: ({ place, theirs, ours }) =>
      theirs.answer.status === 422 &&
      ours.answer.status === 422 &&
      /^\$\.body\.exception_detail\[\d+\]\.input\b.*\.(?:retries|retry_delay)$/.test(place),
    documented: "The request that a refusal shows",
    ends: false,
  },
  {
    operations: /^GET \/artifacts\/\{key\}\/latest$|^POST \/artifacts\/latest\/filter$/,
    when: ({ place, ours }, steps) =>
      /\.(?:type|description|metadata_|flow_run_id|task_run_id)\b/.test(place) &&
      ours.value === null &&
      steps.some(({ call }) => carriesArtifact(call)),
    documented: "What it leaves unsaid is shown of the one before",
    ends: false,
  },
  {
    operations: /^PATCH \/flow_runs\/\{id\}\/labels$/,
    when: ({ call, theirs, ours }) =>
      ours.answer.status === 422 &&
      [204, 404].includes(theirs.answer.status) &&
      isObject(call.body) &&
      Object.values(call.body).some((label) => typeof label === "object"),
    documented: "Labels that are no scalars",
    ends: ({ theirs }) => theirs.answer.status === 204,
  },
  {
    operations: /./,
    when: ({ call }) => asksBothOfState(call.body),
    documented: "The criterion is dropped, and everything matches",
    ends: ({ call }) => !isRead(call),
  },
  {
    operations: /^POST \/flow_runs\/\{id\}\/resume$/,
    when: ({ theirs, ours }, steps) =>
      theirs.answer.status >= 500 && ours.answer.status < 300 && steps.some(({ call }) => pausesWithoutKeys(call)),
    documented: "A pause that asks for input without naming both keys",
    ends: ({ ours }) => ours.answer.status === 201,
  },
];

const limitNamedIn = (call: Call): Json | undefined =>
  operationOf(call) === "POST /v2/concurrency_limits/" ? part(call.body, "name") : call.params?.["id_or_name"];

/** Whether the limit of this name was made or changed to one that counts nothing. */
export function isInactive(name: Json | undefined, calls: readonly Call[]): boolean {
  return calls.some((call) => part(call.body, "active") === false && limitNamedIn(call) === name);
}
