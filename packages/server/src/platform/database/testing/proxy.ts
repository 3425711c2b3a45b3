import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import type { Certificate } from "./certificate.ts";

/** A way to a server that a test can cut, or make swallow everything. */
export interface Proxy {
  readonly port: number;
  /** Connections that it has accepted. */
  readonly accepted: number;
  /** Hangs up on everybody. */
  cut(): void;
  /** From now on nothing passes, in either direction, and new connections are accepted and left alone. */
  freeze(): void;
  thaw(): void;
  /** The next connection that becomes ready is told in the same breath that an administrator has ended it. */
  endWhenReady(): void;
  close(): Promise<void>;
}

/** PostgreSQL's messages ReadyForQuery, outside a transaction, and ErrorResponse. */
const ready = Buffer.from("Z\0\0\0\x05I");
const fields = Buffer.from("SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0");
const ended = Buffer.concat([Buffer.from("E\0\0\0"), Buffer.from([fields.length + 4]), fields]);

/**
 * Listens on a free port of localhost and passes everything on to the Unix socket. With a certificate it encrypts as
 * a PostgreSQL does that has one: a client that asks gets TLS.
 */
export async function startProxy(socketPath: string, certificate?: Certificate): Promise<Proxy> {
  const sockets = new Set<Duplex>();
  let frozen = false;
  let accepted = 0;
  let ending = false;
  const pass = (data: Buffer, to: Duplex): void => {
    const last = ending && data.subarray(-ready.length).equals(ready);
    if (!last) {
      to.write(data);
      return;
    }
    ending = false;
    to.end(Buffer.concat([data, ended]));
  };
  const join = (near: Duplex, far: Duplex) => {
    for (const [from, to] of [[near, far] as const, [far, near] as const]) {
      sockets.add(from);
      from.on("data", (data: Buffer) => pass(data, to));
      from.on("error", () => to.destroy());
      from.on("close", () => (sockets.delete(from), to.end()));
      if (frozen) from.pause();
    }
  };
  const server = createServer((near) => {
    accepted += 1;
    if (certificate === undefined) join(near, connect(socketPath));
    else near.once("data", () => join(encrypted(near, certificate), connect(socketPath)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const each = (action: (socket: Duplex) => void) => sockets.forEach(action);
  return {
    port: (server.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    cut: () => each((socket) => socket.destroy()),
    freeze() {
      frozen = true;
      each((socket) => socket.pause());
    },
    thaw() {
      frozen = false;
      each((socket) => socket.resume());
    },
    endWhenReady() {
      ending = true;
    },
    async close() {
      each((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The first message was the request for encryption; `S` grants it. */
function encrypted(near: Socket, certificate: Certificate): Duplex {
  near.write("S");
  return new TLSSocket(near, { isServer: true, ...certificate });
}
