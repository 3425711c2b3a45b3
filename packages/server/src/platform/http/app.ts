import { Readable } from "node:stream";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Secret } from "@praetor/secrets";
import { type GivenParameters, nodeOf } from "@praetor/wire";
import { apiError } from "../errors.ts";
import type { Log } from "../log.ts";
import { DEFAULT_ACCOUNT_ID, DEFAULT_WORKSPACE_ID } from "../tenancy.ts";
import { isAuthorized } from "./authentication.ts";
import { compressed } from "./compression.ts";
import { contextOf, originOf } from "./context.ts";
import { answerCors, type CorsPolicy } from "./cors.ts";
import { checkCsrf, type VerifyCsrf } from "./csrf.ts";
import { failureOf } from "./failures.ts";
import { HangUps } from "./hang-ups.ts";
import { PathTable, UUID_PATTERN } from "./fallback.ts";
import { checkApiVersion } from "./negotiation.ts";
import type { Response, Route } from "./route.ts";

/** What the HTTP edge needs to know; each is a setting of the same name. */
export interface AppOptions {
  /** Where the API is mounted, `/api` unless an operator moved it. */
  readonly basePath: string;
  readonly authString: Secret | undefined;
  readonly verifyCsrf: VerifyCsrf | undefined;
  readonly cors: CorsPolicy;
  readonly keepAliveSeconds: number;
  readonly bodyLimitBytes: number;
  readonly log: Log;
  /** Told of every answer: the route's path as declared, the status, and the seconds it took. */
  readonly observe: (route: string, status: number, seconds: number) => void;
}

const UNVERSIONED = new Set(["/health", "/version"]);

/** Every mount of a route of the API: the plain one, which serves the default workspace, and the one that names it. */
function mounts(basePath: string, { besideApi = false }: Route): { prefix: string; tenant: boolean }[] {
  if (besideApi) return [{ prefix: "", tenant: false }];
  return [
    { prefix: basePath, tenant: false },
    { prefix: `${basePath}/accounts/{account_id}/workspaces/{workspace_id}`, tenant: true },
  ];
}

/** Fastify's spelling of a path: parameters that are UUIDs match nothing else. */
function routerPath(path: string, uuidParams: ReadonlySet<string>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => (uuidParams.has(name) ? `:${name}(^${UUID_PATTERN}$)` : `:${name}`));
}

function uuidParamsOf(route: Route): Set<string> {
  const declared = Object.entries(route.params ?? {}).filter(([, schema]) => nodeOf(schema).label() === "uuid");
  return new Set([...declared.map(([name]) => name), "account_id", "workspace_id"]);
}

/** From here on a text is encoded once and sent as bytes: as a text it would be walked again for its length. */
const LARGE_TEXT = 16_384;

function encoded(body: string | Uint8Array): string | Buffer {
  if (typeof body !== "string") return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return body.length < LARGE_TEXT ? body : Buffer.from(body);
}

async function send(request: FastifyRequest, reply: FastifyReply, response: Response): Promise<FastifyReply> {
  reply.code(response.status);
  for (const [name, value] of Object.entries(response.headers)) reply.header(name, value);
  if (response.body === undefined) return reply.send();
  reply.type(response.contentType);
  if (response.body instanceof Readable) return reply.send(response.body);
  const zipped = await compressed(response.body, request.headers["accept-encoding"]?.toString(), request.ip);
  if (zipped === undefined) return reply.send(encoded(response.body));
  return reply.header("content-encoding", "gzip").header("vary", "Accept-Encoding").send(zipped);
}

function fail(options: AppOptions, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const failure = failureOf(error);
  if (failure.unexpected)
    options.log.error({ err: error, method: request.method, url: request.url }, "a request failed unexpectedly");
  for (const [name, value] of Object.entries(failure.headers)) reply.header(name, value);
  return reply.code(failure.status).header("x-praetor-error", failure.code).type("application/json").send(failure.body);
}

async function admit(options: AppOptions, request: FastifyRequest): Promise<void> {
  if (options.verifyCsrf !== undefined) await checkCsrf(request, options.verifyCsrf);
}

function authenticate(options: AppOptions, request: FastifyRequest): void {
  if (options.authString === undefined) return;
  if (!isAuthorized(request.headers.authorization, options.authString)) throw apiError("unauthorized");
}

/** The embedded installation has one workspace; an id that is not its own names nothing. */
function checkTenant(params: Readonly<Record<string, string>>): void {
  const account = params["account_id"]?.toLowerCase();
  const workspace = params["workspace_id"]?.toLowerCase();
  if (account !== DEFAULT_ACCOUNT_ID || workspace !== DEFAULT_WORKSPACE_ID) throw apiError("workspace_not_found");
}

function mount(app: FastifyInstance, options: AppOptions, { table, hangUps }: Shared, route: Route): void {
  const uuidParams = uuidParamsOf(route);
  for (const { prefix, tenant } of mounts(options.basePath, route)) {
    const path = `${prefix}${route.path}`;
    table.add(route.method, path, uuidParams);
    app.route<{ Params: Record<string, string>; Querystring: GivenParameters; Body: Buffer | undefined }>({
      method: route.method,
      url: routerPath(path, uuidParams),
      config: { path: route.path },
      async handler(request, reply) {
        // The router takes `/flows/` for `/flows/{name}` of no name.
        if (Object.values(request.params).includes("")) return handleMiss(options, table, request, reply);
        if (route.permission !== "anyone") authenticate(options, request);
        if (!UNVERSIONED.has(route.path)) checkApiVersion(request.headers["x-prefect-api-version"]?.toString());
        if (tenant) checkTenant(request.params);
        const context = contextOf(request, tenant ? tenantBase(options.basePath) : options.basePath, () =>
          hangUps.signalFor(reply.raw),
        );
        const response = await route.respond({ params: request.params, query: request.query, body: request.body, context });
        return send(request, reply, response);
      },
    });
  }
}

/** What all routes of an application have in common. */
interface Shared {
  readonly table: PathTable;
  readonly hangUps: HangUps;
}

const tenantBase = (basePath: string) => `${basePath}/accounts/${DEFAULT_ACCOUNT_ID}/workspaces/${DEFAULT_WORKSPACE_ID}`;

/** Answers what no route took; under the API's path it asks for the credential first, so that nothing is enumerable. */
function handleMiss(options: AppOptions, table: PathTable, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [path = "", query] = request.url.split("?", 2);
  if (path.startsWith(options.basePath)) authenticate(options, request);
  const miss = table.miss(path);
  if (miss.kind === "error") throw miss.error;
  return reply
    .code(307)
    .header("location", `${originOf(request)}${miss.path}${query === undefined ? "" : `?${query}`}`)
    .send();
}

/** Builds the HTTP application; nothing listens yet. */
export function buildApp(routes: readonly Route[], options: AppOptions): FastifyInstance {
  const app = fastify({
    bodyLimit: options.bodyLimitBytes,
    keepAliveTimeout: options.keepAliveSeconds * 1000,
    forceCloseConnections: "idle",
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 4096 },
    // Fastify's default for a path that cannot be decoded is 400 with a body of its own.
    frameworkErrors: (error, request, reply) => void fail(options, error, request, reply),
  });
  const table = new PathTable();
  const hangUps = new HangUps();
  app.addHook("preClose", async () => hangUps.all());
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => fail(options, error, request, reply));
  app.setNotFoundHandler((request, reply) => handleMiss(options, table, request, reply));
  app.addHook("onRequest", async (request, reply) => {
    if (answerCors(options.cors, request, reply)) return reply;
    // No route takes this method, for which Fastify has words of its own.
    if (request.method === "QUERY") return handleMiss(options, table, request, reply);
    await admit(options, request);
    return undefined;
  });
  app.addHook("onResponse", (request, reply, done) => {
    const { path } = request.routeOptions.config as { path?: string };
    options.observe(path ?? "unmatched", reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
  for (const route of routes) mount(app, options, { table, hangUps }, route);
  return app;
}
