/** Faults of the original that show in what it answers, not in that it fails. */
import { type Call, isObject, type Json, operationOf, text } from "./call.ts";
import type { Explanation } from "./explained.ts";
import type { Step } from "./slots.ts";

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

const isCount = (call: Call): boolean => /\/(?:count|counts|history|lateness)$/.test(call.path);

/** Whether the step took the lease of a limit that went away later, as one of a tag. */
function isOfDeletedTagLimit({ theirs }: Step, index: number, steps: readonly Step[]): boolean {
  const limits = part(theirs.body, "limits");
  if (!Array.isArray(limits) || part(theirs.body, "lease_id") !== steps.at(-1)?.call.params?.["lease_id"]) return false;
  const deleted = steps.slice(index).filter(({ call, ours }) => DELETES_TAG_LIMIT.test(operationOf(call)) && ours.status < 300);
  const gone = deleted.map(({ call: { params } }) => params?.["id"] ?? `tag:${text(params?.["tag"])}`);
  return limits.some((limit) => gone.some((one) => one === part(limit, "id") || one === part(limit, "name")));
}

const DELETES_TAG_LIMIT = /^DELETE \/concurrency_limits\//;

/** Whether the step gave a subflow a state that says it is deferred. */
function defersSubflow({ call }: Step, steps: readonly Step[]): boolean {
  if (stateOf(call, "state_details", "deferred") !== true) return false;
  if (operationOf(call) === "POST /flow_runs/") return isSubflow(call);
  const id = call.params?.["id"];
  return (
    call.path === "/flow_runs/{id}/set_state" && steps.some((made) => isSubflow(made.call) && part(made.theirs.body, "id") === id)
  );
}

function isSubflow(call: Call): boolean {
  return operationOf(call) === "POST /flow_runs/" && typeof part(call.body, "parent_task_run_id") === "string";
}

function movesSeveral({ call, theirs }: Step): boolean {
  const results = part(theirs.body, "results");
  return call.path.endsWith("/bulk_set_state") && Array.isArray(results) && results.length > 1;
}

/** Whether the call leaves a limit no slots. */
function emptiesLimit(call: Call): boolean {
  return (
    call.path.includes("concurrency_limits/") && [part(call.body, "limit"), part(call.body, "concurrency_limit")].includes(0)
  );
}

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
    // what a list tells first has its number from there
    ends: ({ call }) => !isCount(call),
  },
  {
    operations: /^POST \/flow_runs\/\{id\}\/resume$/,
    when: ({ theirs, ours }, steps) =>
      theirs.answer.status >= 500 && ours.answer.status < 300 && steps.some(({ call }) => pausesWithoutKeys(call)),
    documented: "A pause that asks for input without naming both keys",
    ends: ({ ours }) => ours.answer.status === 201,
  },
  {
    operations: /\/leases\/\{lease_id\}\/renew$/,
    when: ({ theirs, ours }, steps) =>
      theirs.answer.status === 410 && ours.answer.status === 204 && steps.some(isOfDeletedTagLimit),
    documented: "Leases of a limit of a tag that is deleted",
    ends: false,
  },
  {
    operations: /\/decrement-with-lease$/,
    when: ({ theirs, ours }, steps) =>
      theirs.answer.status >= 500 && ours.answer.status === 204 && steps.some(({ call }) => emptiesLimit(call)),
    documented: "`occupancy_seconds` given back to a limit of 0",
    ends: true,
  },
  {
    operations: /^(?:GET|POST) \/(?:ui\/)?task_runs?\b|^GET \/task_run_states\//,
    when: ({ theirs, ours }, steps) =>
      theirs.answer.status < 300 && ours.answer.status < 300 && steps.some((step) => defersSubflow(step, steps)),
    documented: "A subflow's state that says `deferred`",
    ends: true,
  },
  {
    operations: /^POST \/flow_runs\/(?:filter|paginate)$|^POST \/ui\/flow_runs\/history$/,
    when: ({ call }, steps) =>
      /^(?:START|END)_TIME_/.test(text(part(call.body, "sort"))) && steps.some((step) => movesSeveral(step)),
    documented: "The runs of a bulk proposal, in time",
    ends: true,
  },
  {
    operations: /^POST \/logs\/filter$/,
    when: ({ call }) => /[%_]/.test(text(part(call.body, "logs", "text", "query"))),
    documented: "`%` and `_` in text queries over logs",
    ends: true,
  },
];

const limitNamedIn = (call: Call): Json | undefined =>
  operationOf(call) === "POST /v2/concurrency_limits/" ? part(call.body, "name") : call.params?.["id_or_name"];

/** Whether the limit of this name was made or changed to one that counts nothing. */
export function isInactive(name: Json | undefined, calls: readonly Call[]): boolean {
  return calls.some((call) => part(call.body, "active") === false && limitNamedIn(call) === name);
}
