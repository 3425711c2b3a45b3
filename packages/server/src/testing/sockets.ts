import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket } from "ws";
import { createLog } from "../platform/log.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { SocketServer, type SocketConnection, type Socket } from "../platform/http/index.ts";

/** How a socket ended. */
export interface Ended {
  readonly code: number;
  readonly reason: string;
}

/** A client of a socket, which waits instead of polling. */
export class Peer {
  readonly socket: WebSocket;
  /** Resolves when the socket is closed, whoever closed it. */
  readonly ended: Promise<Ended>;
  /** The frames that nobody took yet. */
  readonly frames: unknown[] = [];
  pongs = 0;
  #wanted: ((frame: unknown) => void)[] = [];

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.ended = new Promise((resolve) => {
      socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on("pong", () => (this.pongs += 1));
    socket.on("message", (data) => {
      const frame: unknown = JSON.parse((data as Buffer).toString("utf8"));
      const wanted = this.#wanted.shift();
      if (wanted) wanted(frame);
      else this.frames.push(frame);
    });
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** The next frame. */
  next(): Promise<unknown> {
    if (this.frames.length > 0) return Promise.resolve(this.frames.shift());
    return new Promise((resolve) => this.#wanted.push(resolve));
  }

  /** Pings, and resolves with the answer to that ping. */
  ping(payload = String(Math.random())): Promise<void> {
    return new Promise((resolve) => {
      const answered = (data: Buffer) => {
        if (data.toString() !== payload) return;
        this.socket.off("pong", answered);
        resolve();
      };
      this.socket.on("pong", answered);
      this.socket.ping(payload);
    });
  }

  /** Makes oneself known, as clients do that know how. */
  async authenticate(token: string | null = null): Promise<this> {
    this.send({ type: "auth", token });
    await this.next();
    return this;
  }
}

export interface TestSockets {
  /** Connects and waits until the server has taken the connection. */
  connect(path: string, options?: { subprotocol?: boolean }): Promise<Peer>;
  /** The server's end of each connection, in order. */
  readonly connections: SocketConnection[];
  /** How many peers each path has. */
  readonly open: ReadonlyMap<string, number>;
  /** Ends all connections as a stopping server does. */
  close(): Promise<void>;
}

/** Serves sockets on a free port of this machine. */
export async function serveSockets(sockets: readonly Socket[], options: { guarded?: boolean } = {}): Promise<TestSockets> {
  const connections: SocketConnection[] = [];
  const open = new Map<string, number>();
  const seen = sockets.map((row) => ({
    ...row,
    handle(connection: SocketConnection) {
      connections.push(connection);
      row.handle(connection);
    },
  }));
  const server = new SocketServer(seen, {
    basePath: "/api",
    guarded: options.guarded ?? false,
    pingSeconds: 20,
    pongSeconds: 20,
    maximumFrameBytes: 16 * 1024 * 1024,
    observe: (path, change) => open.set(path, (open.get(path) ?? 0) + change),
  });
  const http = createServer();
  server.attach(http);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  return {
    connections,
    open,
    connect: (path, { subprotocol = true } = {}) => connect(`ws://127.0.0.1:${port}/api${path}`, subprotocol),
    async close() {
      await server.close(1);
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** @throws the status of a refused upgrade: "Unexpected server response: 403" */
function connect(address: string, subprotocol: boolean): Promise<Peer> {
  const socket = new WebSocket(address, subprotocol ? ["prefect"] : []);
  const peer = new Peer(socket);
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve(peer));
    socket.once("error", reject);
  });
}

/** A log whose lines a test can wait for. */
export function listeningLog(): { log: Dependencies["log"]; lines: string[]; line(text: string): Promise<string> } {
  const lines: string[] = [];
  const waiting: { text: string; resolve: (line: string) => void }[] = [];
  const write = (line: string) => {
    lines.push(line);
    for (const [index, { text, resolve }] of [...waiting.entries()].toReversed()) {
      if (!line.includes(text)) continue;
      waiting.splice(index, 1);
      resolve(line);
    }
  };
  return {
    log: createLog({ level: "debug", format: "json", destination: { write } }),
    lines,
    line(text) {
      const known = lines.find((line) => line.includes(text));
      return known !== undefined ? Promise.resolve(known) : new Promise((resolve) => waiting.push({ text, resolve }));
    },
  };
}
