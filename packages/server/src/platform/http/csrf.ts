import type { FastifyRequest } from "fastify";
import { apiError } from "../errors.ts";

/** Whether this client was given this token and it has not expired; the tokens are kept by the domain that issues them. */
export type VerifyCsrf = (token: string, client: string) => Promise<boolean>;

const MUTATING = new Set(["POST", "PUT", "PATCH", "DELETE"]);
const ANY_ORIGIN = { "access-control-allow-origin": "*" };

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/**
 * Refuses a mutation that does not carry a token issued to its client.
 * @throws ApiError `csrf_token_missing`, `csrf_client_missing`, `csrf_token_invalid`
 */
export async function checkCsrf(request: FastifyRequest, verify: VerifyCsrf): Promise<void> {
  if (!MUTATING.has(request.method)) return;
  const token = header(request, "prefect-csrf-token");
  if (!token) throw apiError("csrf_token_missing", undefined, ANY_ORIGIN);
  const client = header(request, "prefect-csrf-client");
  if (!client) throw apiError("csrf_client_missing", undefined, ANY_ORIGIN);
  if (!(await verify(token, client))) throw apiError("csrf_token_invalid", undefined, ANY_ORIGIN);
}
