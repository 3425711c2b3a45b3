import type { FastifyRequest } from "fastify";
import { DEFAULT_WORKSPACE_ID } from "../tenancy.ts";
import { clientVersion } from "./negotiation.ts";
import type { RequestContext } from "./request.ts";

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** Scheme and host as the caller sees them, through a proxy that says so. */
export function originOf(request: FastifyRequest): string {
  const scheme = single(request.headers["x-forwarded-proto"])?.split(",")[0]?.trim() ?? request.protocol;
  const host = single(request.headers["x-forwarded-host"])?.split(",")[0]?.trim() ?? request.headers.host ?? request.hostname;
  return `${scheme}://${host}`;
}

/** The request as handlers see it; `mount` is the part of the path before the route's own. */
export function contextOf(request: FastifyRequest, mount: string, hangUp: () => AbortSignal): RequestContext {
  const { headers } = request;
  return {
    workspaceId: DEFAULT_WORKSPACE_ID,
    client: {
      apiVersion: single(headers["x-prefect-api-version"]) ?? null,
      version: clientVersion(headers["user-agent"]),
    },
    get baseUrl() {
      return `${originOf(request)}${mount}`;
    },
    get address() {
      return request.ip;
    },
    get hungUp() {
      return hangUp();
    },
    header: (name) => single(headers[name.toLowerCase()]),
  };
}
