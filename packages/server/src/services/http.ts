import type { AddressInfo } from "node:net";
import type { Dependencies } from "../platform/dependencies.ts";
import { type AppOptions, buildApp, SocketServer, type VerifyCsrf } from "../platform/http/index.ts";
import type { Api } from "./api.ts";
import { StartError } from "./start-error.ts";

type Edge = Pick<Dependencies, "settings" | "log" | "metrics">;

/** The API as it listens. */
export interface Listening {
  /** Where this machine reaches the API, path included: `http://127.0.0.1:4200/api`. */
  readonly url: string;
  /** Takes no more, tells sockets to go (1001), and waits for what runs as long as the settings say. */
  close(): Promise<void>;
}

const idleSweepMilliseconds = 20;

/**
 * Listens for requests and sockets.
 *
 * @throws StartError when the address cannot be had
 */
export async function listen(deps: Edge, { routes, sockets, verifyCsrf }: Api): Promise<Listening> {
  const { api } = deps.settings;
  const options = appOptions(deps, verifyCsrf);
  const app = buildApp(routes, options);
  const socketServer = new SocketServer(sockets, {
    basePath: options.basePath,
    guarded: options.authString !== undefined,
    pingSeconds: api.websocketPingInterval,
    pongSeconds: api.websocketPingTimeout,
    maximumFrameBytes: api.maximumBodySize,
    observe: (path, change) => deps.metrics.sockets(path, change),
  });
  socketServer.attach(app.server);
  try {
    await app.listen({ host: api.host, port: api.port });
  } catch (error) {
    throw explain(error, api.host, api.port);
  }
  return {
    url: `http://${reachable(api.host)}:${portOf(app.server.address())}${options.basePath}`,
    async close() {
      // A connection that becomes idle only now, with the answer to its last request, would be kept for the next one.
      const idle = setInterval(() => app.server.closeIdleConnections(), idleSweepMilliseconds);
      const late = setTimeout(() => app.server.closeAllConnections(), api.drainTimeout * 1000);
      await Promise.all([socketServer.close(api.drainTimeout), app.close()]);
      clearInterval(idle);
      clearTimeout(late);
    },
  };
}

/** The settings, as the HTTP edge wants them. */
export function appOptions({ settings: { api }, log, metrics }: Edge, verifyCsrf: VerifyCsrf | undefined): AppOptions {
  return {
    basePath: api.basePath === null ? "/api" : `/${api.basePath.replace(/^\/+|\/+$/g, "")}`,
    authString: api.authString ?? undefined,
    verifyCsrf: api.csrfProtectionEnabled ? verifyCsrf : undefined,
    cors: { origins: api.corsAllowedOrigins, methods: api.corsAllowedMethods, headers: api.corsAllowedHeaders },
    keepAliveSeconds: api.keepaliveTimeout,
    bodyLimitBytes: api.maximumBodySize,
    log,
    observe: (route, status, seconds) => metrics.request(route, status, seconds),
  };
}

/** An address that stands for every interface is reached at the loopback one. */
function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

const portOf = (address: AddressInfo | string | null): number => (typeof address === "object" && address ? address.port : 0);

function explain(error: unknown, host: string, port: number): unknown {
  const place = `${host}:${port}`;
  const remedy = "Choose another with --port, or stop what listens there.";
  switch (error instanceof Error && "code" in error ? error.code : undefined) {
    case "EADDRINUSE":
      return new StartError(`${place} is in use by another process.`, remedy);
    case "EACCES":
      return new StartError(`This user may not listen on ${place}.`, "Choose a port from 1024 up with --port.");
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new StartError(`${host} is no address of this machine.`, "Choose another with --host.");
    default:
      return error;
  }
}
