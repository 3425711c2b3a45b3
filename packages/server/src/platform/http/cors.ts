import type { FastifyReply, FastifyRequest } from "fastify";

const METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
/** Headers that a page may send without having been allowed to (the fetch standard's list). */
const SAFE_HEADERS = ["Accept", "Accept-Language", "Content-Language", "Content-Type"];
const MAX_AGE_SECONDS = 600;

/** Which browser pages may call the API, and how; `*` is any. */
export interface CorsPolicy {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
}

const allows = (allowed: readonly string[], asked: string): boolean => allowed.includes("*") || allowed.includes(asked);

/** Names the allowed origin on every answer to a browser, and answers a preflight by itself; true when it did. */
export function answerCors(policy: CorsPolicy, request: FastifyRequest, reply: FastifyReply): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return false;
  if (allows(policy.origins, origin)) {
    const any = policy.origins.includes("*");
    reply.header("access-control-allow-origin", any ? "*" : origin);
    if (!any) reply.header("vary", "Origin");
  }
  const method = request.headers["access-control-request-method"];
  if (request.method !== "OPTIONS" || method === undefined) return false;
  answerPreflight(policy, { origin, method, headers: request.headers["access-control-request-headers"] }, reply);
  return true;
}

interface Preflight {
  readonly origin: string;
  readonly method: string;
  readonly headers: string | undefined;
}

function answerPreflight(policy: CorsPolicy, asked: Preflight, reply: FastifyReply): void {
  const methods = policy.methods.includes("*") ? METHODS : policy.methods;
  const headers = [...SAFE_HEADERS, ...policy.headers];
  const refused = [
    ...(allows(policy.origins, asked.origin) ? [] : ["origin"]),
    ...(methods.includes(asked.method) ? [] : ["method"]),
    ...(allowsHeaders(headers, asked.headers ?? "") ? [] : ["headers"]),
  ];
  reply
    .header("access-control-allow-methods", methods.join(", "))
    .header("access-control-max-age", MAX_AGE_SECONDS)
    .header("access-control-allow-headers", headers.includes("*") ? (asked.headers ?? "*") : headers.join(", "))
    .code(refused.length === 0 ? 200 : 400)
    .type("text/plain; charset=utf-8")
    .send(refused.length === 0 ? "OK" : `Disallowed CORS ${refused.join(", ")}`);
}

/** Names of headers are compared without case. */
function allowsHeaders(allowed: readonly string[], asked: string): boolean {
  const known = allowed.map((name) => name.toLowerCase());
  return asked.split(",").every((name) => name.trim() === "" || allows(known, name.trim().toLowerCase()));
}
