import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Permission } from "../permissions.ts";
import { DEFAULT_WORKSPACE_ID } from "../tenancy.ts";

/** A connected peer: the socket, who it speaks for, and whether it offered the protocol's own subprotocol. */
export interface SocketConnection {
  readonly socket: WebSocket;
  readonly workspaceId: string;
  /** False for clients that know no handshake; they are accepted only where no credential is asked for. */
  readonly handshake: boolean;
  readonly params: Readonly<Record<string, string>>;
}

/** A row of the socket table, the counterpart of a route. */
export interface Socket {
  readonly path: string;
  readonly permission: Permission;
  handle(connection: SocketConnection): void;
}

export function socket(definition: Socket): Socket {
  return definition;
}

export interface SocketOptions {
  readonly basePath: string;
  /** Whether a credential is asked for: then a peer without the handshake cannot give it and is refused. */
  readonly guarded: boolean;
  readonly pingSeconds: number;
  readonly pongSeconds: number;
  readonly maximumFrameBytes: number;
  /** Called when a peer of the path comes and when it goes. */
  observe?(path: string, change: 1 | -1): void;
}

const SUBPROTOCOL = "prefect";
const GOING_AWAY = 1001;

function refuse(connection: Duplex, status: string): void {
  connection.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function offersSubprotocol(request: IncomingMessage): boolean {
  const offered = request.headers["sec-websocket-protocol"] ?? "";
  return offered.split(",").some((name) => name.trim() === SUBPROTOCOL);
}

function compile(basePath: string, socket: Socket): { pattern: RegExp; socket: Socket } {
  const tenant = "(?:/accounts/[0-9a-fA-F-]+/workspaces/[0-9a-fA-F-]+)?";
  const own = socket.path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  return { pattern: new RegExp(`^${basePath}${tenant}${own}$`), socket };
}

/** The parameters of a path that matched; undefined where it did not, or cannot be decoded. */
function decoded(match: RegExpExecArray | null): Record<string, string> | undefined {
  if (match === null) return undefined;
  try {
    return Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]));
  } catch {
    return undefined;
  }
}

/** Closes a peer that does not answer a ping in time: a silent half-open connection must not hold its subscription. */
function keepAlive(socket: WebSocket, options: SocketOptions): void {
  let deadline: NodeJS.Timeout | undefined;
  const ping = setInterval(() => {
    socket.ping();
    deadline ??= setTimeout(() => socket.terminate(), options.pongSeconds * 1000);
  }, options.pingSeconds * 1000);
  socket.on("pong", () => {
    clearTimeout(deadline);
    deadline = undefined;
  });
  socket.on("close", () => {
    clearInterval(ping);
    clearTimeout(deadline);
  });
}

/** The sockets of one HTTP server. `close` tells every peer that the server is going away, and waits for them. */
export class SocketServer {
  readonly #server: WebSocketServer;
  readonly #table: { pattern: RegExp; socket: Socket }[];
  readonly #options: SocketOptions;

  constructor(sockets: readonly Socket[], options: SocketOptions) {
    this.#options = options;
    this.#table = sockets.map((socket) => compile(options.basePath, socket));
    this.#server = new WebSocketServer({
      noServer: true,
      // Pongs are the events protocol's acknowledgement, so the handler of each socket sends them itself.
      autoPong: false,
      perMessageDeflate: false,
      maxPayload: options.maximumFrameBytes,
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
  }

  attach(http: Server): void {
    http.on("upgrade", (request, connection, head) => this.#upgrade(request, connection, head));
  }

  #upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    connection.on("error", () => connection.destroy());
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    for (const { pattern, socket } of this.#table) {
      const params = decoded(pattern.exec(path));
      if (params === undefined) continue;
      const handshake = offersSubprotocol(request);
      if (this.#options.guarded && !handshake) return refuse(connection, "403 Forbidden");
      this.#server.handleUpgrade(request, connection, head, (peer) => {
        keepAlive(peer, this.#options);
        peer.on("error", () => peer.terminate());
        this.#options.observe?.(socket.path, 1);
        peer.once("close", () => this.#options.observe?.(socket.path, -1));
        socket.handle({ socket: peer, workspaceId: DEFAULT_WORKSPACE_ID, handshake, params });
      });
      return;
    }
    refuse(connection, "403 Forbidden");
  }

  async close(graceSeconds: number): Promise<void> {
    const peers = [...this.#server.clients];
    const closed = peers.map((peer) => new Promise((resolve) => peer.once("close", resolve)));
    for (const peer of peers) peer.close(GOING_AWAY);
    const grace = setTimeout(() => peers.forEach((peer) => peer.terminate()), graceSeconds * 1000);
    await Promise.all(closed);
    clearTimeout(grace);
    this.#server.close();
  }
}
