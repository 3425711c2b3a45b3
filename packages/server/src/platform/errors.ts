/**
 * Every error that a route answers on purpose. The code is ours and stable (header `x-praetor-error`); status and
 * text are the wire's, since clients compare them. `shape` is the key of the body that carries the text.
 */
export const ERRORS = {
  not_found: { status: 404, shape: "detail", text: "Not Found" },
  method_not_allowed: { status: 405, shape: "detail", text: "Method Not Allowed" },
  body_too_large: { status: 413, shape: "detail", text: "The request body is larger than this server accepts." },
  body_unreadable: { status: 400, shape: "detail", text: "There was an error parsing the body" },
  request_invalid: { status: 422, shape: "exception_message", text: "Invalid request received." },
  api_version_too_old: { status: 400, shape: "detail", text: "The API version of this request is too old." },
  api_version_malformed: { status: 400, shape: "detail", text: "The API version of this request is malformed." },
  unauthorized: { status: 401, shape: "exception_message", text: "Unauthorized" },
  workspace_not_found: { status: 404, shape: "detail", text: "Workspace not found" },
  csrf_disabled: { status: 422, shape: "detail", text: "CSRF protection is disabled." },
  csrf_token_missing: { status: 403, shape: "detail", text: "Missing CSRF token." },
  csrf_client_missing: { status: 403, shape: "detail", text: "Missing client identifier." },
  csrf_token_invalid: { status: 403, shape: "detail", text: "Invalid CSRF token or client identifier." },
  limit_too_high: { status: 422, shape: "detail", text: "Invalid limit: must be less than or equal to 200." },
  limit_negative: { status: 422, shape: "detail", text: "Invalid limit: must be greater than or equal to 0." },
  integrity_conflict: {
    status: 409,
    shape: "detail",
    text: "Data integrity conflict. This usually means a unique or foreign key constraint was violated. See server logs for details.",
  },
  database_unavailable: { status: 503, shape: "exception_message", text: "Service Unavailable" },
  data_refused: { status: 422, shape: "detail", text: "The database cannot store a value of this request." },
  internal: { status: 500, shape: "exception_message", text: "Internal Server Error" },
  run_contended: { status: 503, shape: "exception_message", text: "Service Unavailable" },
  flow_not_found: { status: 404, shape: "detail", text: "Flow not found" },
  flow_run_not_found: { status: 404, shape: "detail", text: "Flow run not found" },
  flow_run_missing: { status: 404, shape: "exception_message", text: "Flow run not found" },
  flow_run_state_not_found: { status: 404, shape: "detail", text: "Flow run state not found" },
  flow_run_graph_too_large: { status: 400, shape: "detail", text: "The graph of this flow run has too many nodes." },
  history_interval_too_short: { status: 422, shape: "detail", text: "History interval must not be less than 1 second." },
  job_variables_not_updatable: { status: 400, shape: "detail", text: "Job variables of this flow run cannot be updated" },
  dashboard_start_missing: { status: 422, shape: "detail", text: "task_runs.start_time.after_ is required" },
  task_run_not_found: { status: 404, shape: "detail", text: "Task not found" },
  task_run_missing: { status: 404, shape: "exception_message", text: "Task run not found" },
  task_run_state_not_found: { status: 404, shape: "detail", text: "Flow run state not found" },
  work_pool_not_found: { status: 404, shape: "detail", text: "Work pool not found." },
  work_pool_exists: { status: 409, shape: "detail", text: "A work pool with this name already exists." },
  work_pool_reserved: {
    status: 403,
    shape: "detail",
    text: "Work pools starting with 'Prefect' are reserved for internal use.",
  },
  work_queue_not_found: { status: 404, shape: "detail", text: "work queue not found" },
  work_queue_missing: { status: 404, shape: "exception_message", text: "Work queue not found." },
  work_queue_exists: { status: 409, shape: "detail", text: "A work queue with this name already exists." },
  work_queue_is_default: {
    status: 409,
    shape: "detail",
    text: "The default queue of a work pool cannot be deleted; delete the pool, or pause the queue.",
  },
  worker_not_found: { status: 404, shape: "detail", text: "Worker not found." },
  block_type_not_found: { status: 404, shape: "detail", text: "Block type not found" },
  block_type_name_reserved: { status: 403, shape: "detail", text: "Block type names beginning with 'Prefect' are reserved." },
  block_type_exists: { status: 409, shape: "detail", text: "Block type already exists" },
  block_type_protected: { status: 403, shape: "detail", text: "protected block types cannot be deleted." },
  block_type_unknown: { status: 404, shape: "detail", text: "Block type not found." },
  block_schema_not_found: { status: 404, shape: "detail", text: "Block schema not found" },
  block_schema_protected: { status: 403, shape: "detail", text: "Block schemas for protected block types cannot be deleted." },
  block_schema_nests_unknown_type: {
    status: 409,
    shape: "detail",
    text: "Cannot create block schema because a block type was not found.",
  },
  block_schema_too_large: {
    status: 422,
    shape: "detail",
    text: "A block schema may take 1,000,000 characters and hold 50 other blocks.",
  },
  block_schema_of_another_type: {
    status: 400,
    shape: "detail",
    text: "Must migrate block document to a block schema of the same block type.",
  },
  block_document_not_found: { status: 404, shape: "detail", text: "Block document not found" },
  block_document_exists: { status: 409, shape: "detail", text: "Block already exists" },
  block_document_unreadable: { status: 500, shape: "detail", text: "This block document was encrypted with another key." },
  block_reference_invalid: { status: 400, shape: "detail", text: "Received block reference without a block_document_id" },
  block_reference_circular: {
    status: 400,
    shape: "detail",
    text: "Cannot create block document reference: it would introduce a cycle.",
  },
  collection_view_not_found: { status: 404, shape: "detail", text: "View not found in registry" },
  concurrency_limit_not_found: { status: 404, shape: "detail", text: "Concurrency Limit not found" },
  tag_limit_not_found: { status: 404, shape: "detail", text: "Concurrency limit not found" },
  slots_exceed_limit: { status: 422, shape: "detail", text: "Slots requested is greater than the limit" },
  limit_without_decay: {
    status: 422,
    shape: "detail",
    text: "Only concurrency limits with slot decay can be used for rate limiting.",
  },
  slots_taken: { status: 423, shape: "detail", text: "Locked" },
  tag_slots_taken: { status: 423, shape: "detail", text: "Concurrency limit for the tag has been reached" },
  tag_limit_is_zero: { status: 423, shape: "detail", text: "The concurrency limit on the tag is 0." },
  lease_unknown: { status: 404, shape: "detail", text: "Lease not found" },
  idempotency_key_invalid: { status: 422, shape: "detail", text: "The Idempotency-Key header must be a UUID." },
  lease_not_found: { status: 410, shape: "detail", text: "Lease not found - it may have expired or been revoked" },
  deployment_not_found: { status: 404, shape: "detail", text: "Deployment not found" },
  deployment_limit_not_found: { status: 404, shape: "detail", text: "Concurrency limit not found" },
  deployment_block_missing: { status: 409, shape: "detail", text: "A block of this deployment does not exist." },
  deployment_without_pool: { status: 400, shape: "detail", text: "The deployment has no work pool." },
  job_variables_invalid: { status: 422, shape: "detail", text: "The job variables break the schema of the work pool." },
  parameters_invalid: { status: 409, shape: "detail", text: "The parameters break the schema of the deployment." },
  parameters_not_hydrated: { status: 400, shape: "detail", text: "The parameters could not be filled in." },
  parameter_schema_missing: {
    status: 409,
    shape: "detail",
    text: "Error updating deployment: Cannot update parameters because parameter schema enforcement is enabled and the deployment does not have a valid parameter schema.",
  },
  schema_circular: {
    status: 422,
    shape: "detail",
    text: "Invalid schema: Unable to validate schema with circular references.",
  },
  schema_invalid: { status: 422, shape: "detail", text: "Invalid schema" },
  runs_too_many: { status: 400, shape: "detail", text: "Cannot create more than 100 flow runs at once." },
  schedule_not_found: { status: 404, shape: "detail", text: "Schedule not found." },
  schedule_slug_taken: { status: 409, shape: "detail", text: "Schedule slugs must be unique within a deployment." },
  schedule_missing: {
    status: 422,
    shape: "detail",
    text: "Unable to create new deployment schedules without a schedule configuration.",
  },
  schedules_without_slugs: {
    status: 422,
    shape: "detail",
    text: "Please provide a slug for each schedule in your request to ensure schedules are updated correctly.",
  },
  schedule_rename_invalid: { status: 422, shape: "detail", text: "The schedules cannot be renamed like this." },
  variable_not_found: { status: 404, shape: "detail", text: "Variable not found." },
  variable_exists: { status: 409, shape: "detail", text: "A variable with this name already exists." },
  artifact_not_found: { status: 404, shape: "detail", text: "Artifact not found." },
  flow_run_input_not_found: { status: 404, shape: "detail", text: "Flow run input not found" },
  flow_run_input_exists: { status: 409, shape: "detail", text: "A flow run input with this key already exists." },
  saved_search_not_found: { status: 404, shape: "detail", text: "Saved search not found" },
  result_storage_not_found: { status: 404, shape: "detail", text: "Block document not found." },
  result_storage_unsuitable: { status: 422, shape: "detail", text: "The block document cannot store results." },
  page_token_invalid: { status: 403, shape: "detail", text: "Forbidden" },
  event_buckets_too_many: { status: 422, shape: "detail", text: "The given interval would create too many buckets." },
} as const satisfies Record<string, { status: number; shape: "detail" | "exception_message"; text: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** An answer other than success, decided on purpose; anything else that is thrown is a defect and answers 500. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the caller's own wording replaced the listed one. */
  readonly detail: string;

  constructor(code: ErrorCode, detail: string, headers: Readonly<Record<string, string>>) {
    super(detail);
    this.name = "ApiError";
    this.code = code;
    this.detail = detail;
    this.headers = headers;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  /** The response body, as JSON text. */
  body(): string {
    return JSON.stringify({ [ERRORS[this.code].shape]: this.detail });
  }
}

/** Makes the error `code`; `detail` replaces the listed text where it names a thing (an id, a name). */
export function apiError(code: ErrorCode, detail?: string, headers: Readonly<Record<string, string>> = {}): ApiError {
  return new ApiError(code, detail ?? ERRORS[code].text, headers);
}
