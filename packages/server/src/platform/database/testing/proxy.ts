import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A way to a server that a test can cut, or make swallow everything. */
export interface Proxy {
  readonly port: number;
  /** Hangs up on everybody. */
  cut(): void;
  /** From now on nothing passes, in either direction, and new connections are accepted and left alone. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** Listens on a free port of localhost and passes everything on to the Unix socket. */
export async function startProxy(socketPath: string): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let frozen = false;
  const server = createServer((near) => {
    const far = connect(socketPath);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", (data) => to.write(data));
      from.on("error", () => to.destroy());
      from.on("close", () => (sockets.delete(from), to.end()));
      if (frozen) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const each = (action: (socket: Socket) => void) => sockets.forEach(action);
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => each((socket) => socket.destroy()),
    freeze() {
      frozen = true;
      each((socket) => socket.pause());
    },
    thaw() {
      frozen = false;
      each((socket) => socket.resume());
    },
    async close() {
      each((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
