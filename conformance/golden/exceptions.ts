/** Models of the wire package that the original does not have under their name, and why. */
export const OWN: Readonly<Record<string, string>> = {
  ExplanationCause: "the original does not say why a run is late",
  ExplanationStep: "the original does not say why a run is late",
  FlowRunExplanation: "the original does not say why a run is late",
  ConcurrencyLease: "the original cannot show who holds the slots of a limit",
};

/** Where a model's JSON Schema differs from the original's on purpose: the beginnings of the places, and why. */
export const DIFFERENCES: Readonly<Record<string, { readonly places: readonly string[]; readonly why: string }>> = {
  Automation: {
    places: ["$.properties.trigger", "$.properties.actions", "$.$defs"],
    why: "triggers and actions are answered as they are stored; nothing reads them until automations can be made",
  },
  State: { places: ["$.required"], why: "a state that is kept has its time; the original gives one to a state that has none" },
  RRuleSchedule: {
    places: ["$.properties.timezone.anyOf"],
    why: "the original lists the zones that its own machine knows, and takes any text with one of them in it",
  },
  VersionInfo: { places: ["$.additionalProperties"], why: "what else it says is taken and not kept" },
  SchemaValuesValidationResponse: {
    places: ["$.properties.errors", "$.$defs"],
    why: "errors hold errors, and no schema of ours holds itself",
  },
};

interface Otherwise {
  readonly models: RegExp;
  /** Found in the two answers, ours first, as JSON. */
  readonly about: RegExp;
  readonly why: string;
}

/** What we answer to an input otherwise than the original, on purpose. */
export const ANSWERED_OTHERWISE: readonly Otherwise[] = [
  { models: /./, about: /pendulum\.duration\.Duration/, why: "the original names a class of its own" },
  {
    models: /^(?:Flow|Task|DeploymentFlow)Run(?:Create|Update)$/,
    about: /"name":null.*"name":"/,
    why: "the server makes up the name, not the reader",
  },
  {
    models: /^(?:State|DeploymentFlowRun)Create$/,
    about: /"name":null.*"name":"(?:Completed|Running)"/,
    why: "the name of a state follows when it is set",
  },
  { models: /^EventFilter$/, about: /"occurred":\{"since"/, why: "the span that a filter covers by default ends now" },
  { models: /^DeploymentCreate$/, about: /"parameters":\{\}/, why: "the original changes what it is sent before it reads it" },
  { models: /^RRuleSchedule$/, about: /should match pattern/, why: "the zones that the original's own machine knows" },
  {
    models: /^IntervalSchedule$/,
    about: /999,999,999 hours/,
    why: "a moment is no duration; which of its faults is told first differs",
  },
  { models: /^ConcurrencyLimitCreate$/, about: /must not contain/, why: "such a limit could never be read again by its path" },
];

/** Operations that the original does not describe, and why we have them. */
export const OPERATIONS_OWN: Readonly<Record<string, string>> = {
  "POST /v2/concurrency_limits/{id_or_name}/leases/filter": "the original cannot show who holds the slots of a limit",
  "DELETE /v2/concurrency_limits/leases/{lease_id}": "nor can an operator end what somebody holds",
  "GET /deployments/{id}/catch_up": "the original passes over what an outage has missed",
  "PUT /deployments/{id}/catch_up": "and cannot be told otherwise",
  "GET /flow_runs/{id}/why": "the original does not say why a run is late",
  "GET /metrics": "the original serves its metrics without describing them",
};

interface OperationOtherwise {
  readonly operations: RegExp;
  /** Found in the line that tells the difference. */
  readonly about: RegExp;
  readonly why: string;
}

/** Where an operation differs from the original's on purpose. */
export const OPERATIONS_OTHERWISE: readonly OperationOtherwise[] = [
  { operations: /^schema RRuleSchedule$/, about: /timezone/, why: "the original lists the time zones of its day" },
  {
    operations: /^schema SchemaValuesValidationResponse$/,
    about: /errors/,
    why: "errors nest to any depth, which the original describes by names of its own",
  },
  {
    operations: /^schema Automation$/,
    about: /trigger|actions/,
    why: "triggers and actions are answered as they are stored; nothing reads them until automations can be made",
  },
  { operations: /^schema TaskRunCount$/, about: /./, why: "the original describes it as a map, and answers these two keys" },
  { operations: /^schema VersionInfo$/, about: /additionalProperties/, why: "the original takes further keys and drops them" },
  {
    operations: /^schema State$/,
    about: /required/,
    why: "a state that is kept has its time; the original gives one to a state that has none",
  },
  {
    operations: /./,
    about: /^\$\.answers\.(?:200|201|503): .* theirs absent$/,
    why: "the original describes one of its statuses",
  },
  { operations: /^POST \/artifacts\/$/, about: /^\$\.answers\.200: absent/, why: "the original describes 200 and answers 201" },
  {
    operations: /./,
    about: /\.limit\.default: 200, theirs absent$/,
    why: "our default is a number where the original's is a setting",
  },
  { operations: /\/block_documents\/filter$/, about: /\.sort\.default/, why: "the order may be null, which means this default" },
  { operations: /^GET \/ready$/, about: /\$ref/, why: "the original does not describe what it answers" },
  {
    operations: /\/(?:input\/\{key\}|logs\/download)$/,
    about: /^\$\.answers\.200\./,
    why: "the original answers text and describes JSON",
  },
  {
    operations: /\/labels$/,
    about: /additionalProperties/,
    why: "the original finds out which labels it takes after reading them",
  },
  { operations: /\/(?:history|schedule)$/, about: /time-delta/, why: "a format that no other schema has" },
  { operations: /\/graph-v2$/, about: /query since/, why: "the original's default is the first moment of its calendar" },
  { operations: /\/input$/, about: /contentMediaType/, why: "the original reads bytes, which are text here" },
  { operations: /\{id_or_name\}$/, about: /path id_or_name/, why: "an id is text as well" },
  {
    operations: /\/v2\/concurrency_limits\//,
    about: /\.names\.min_items/,
    why: "the original misspells the keyword, so that it has no effect",
  },
  {
    operations: /^POST \/ui\//,
    about: /\.max_items: absent/,
    why: "the original misspells the keyword, so that it has no effect",
  },
  {
    operations: /\/v2\/concurrency_limits\//,
    about: /create_if_missing\.deprecated/,
    why: "still read, and nothing is said against it",
  },
  { operations: /\/get_runs$/, about: /header x-prefect-ui/, why: "read where it comes, and not described" },
  { operations: /^GET \/admin\/settings$/, about: /^\$\.answers\.200/, why: "our settings are our own" },
];
