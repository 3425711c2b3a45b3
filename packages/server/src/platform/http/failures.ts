import { ApiError, apiError } from "../errors.ts";
import { ClientDataError, DatabaseUnavailable, IntegrityViolation } from "../database/index.ts";
import { RequestInvalid } from "./request-invalid.ts";

/** An error as the wire carries it. */
export interface Failure {
  readonly code: string;
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A defect of ours: logged with its cause, told to nobody outside. */
  readonly unexpected: boolean;
}

const fastifyErrors: Readonly<Record<string, ApiError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: apiError("body_too_large"),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: apiError("body_unreadable"),
  FST_ERR_BAD_URL: apiError("not_found"),
};

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** The one place that turns whatever was thrown into a response. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RequestInvalid) {
    return { code: "request_invalid", status: 422, body: error.body(), headers: {}, unexpected: false };
  }
  const known = asApiError(error);
  const answer = known ?? apiError("internal");
  return {
    code: answer.code,
    status: answer.status,
    body: answer.body(),
    headers: answer.headers,
    unexpected: known === undefined,
  };
}

function asApiError(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (error instanceof DatabaseUnavailable) {
    return apiError("database_unavailable", undefined, { "retry-after": String(error.retryAfterSeconds) });
  }
  if (error instanceof IntegrityViolation) return apiError("integrity_conflict");
  if (error instanceof ClientDataError) return apiError("data_refused", error.message);
  return fastifyErrors[codeOf(error)];
}
