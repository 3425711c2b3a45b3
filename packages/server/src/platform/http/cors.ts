import type { FastifyReply, FastifyRequest } from "fastify";

const METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
const MAX_AGE_SECONDS = 600;

/** Which browser pages may call the API; `*` is any. */
export interface CorsPolicy {
  readonly origins: readonly string[];
}

function allowedOrigin(policy: CorsPolicy, origin: string): string | undefined {
  if (policy.origins.includes("*")) return "*";
  return policy.origins.includes(origin) ? origin : undefined;
}

/** Names the allowed origin on every answer to a browser, and answers a preflight by itself; true when it did. */
export function answerCors(policy: CorsPolicy, request: FastifyRequest, reply: FastifyReply): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return false;
  const allowed = allowedOrigin(policy, origin);
  if (allowed !== undefined) {
    reply.header("access-control-allow-origin", allowed);
    if (allowed !== "*") reply.header("vary", "Origin");
  }
  const preflight = request.method === "OPTIONS" && request.headers["access-control-request-method"] !== undefined;
  if (!preflight) return false;
  reply
    .header("access-control-allow-methods", METHODS)
    .header("access-control-max-age", MAX_AGE_SECONDS)
    .header("access-control-allow-headers", request.headers["access-control-request-headers"] ?? "*")
    .code(allowed === undefined ? 400 : 200)
    .type("text/plain; charset=utf-8")
    .send(allowed === undefined ? "Disallowed CORS origin" : "OK");
  return true;
}
