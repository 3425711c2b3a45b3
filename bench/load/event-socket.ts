import { once } from "node:events";

/** Bytes that may wait in this process before the sender waits too. */
const MOST_BUFFERED = 1_000_000;

/** The socket on which clients tell events. */
export class EventSocket {
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Opens the socket and shakes hands as the client does. */
  static async open(socketUrl: string): Promise<EventSocket> {
    const socket = new WebSocket(`${socketUrl}/events/in`, ["prefect"]);
    await opened(socket);
    return new EventSocket(socket);
  }

  async send(texts: readonly string[]): Promise<void> {
    for (const text of texts) this.#socket.send(text);
    while (this.#socket.bufferedAmount > MOST_BUFFERED) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, "close");
    this.#socket.close();
    await closed;
  }
}

async function opened(socket: WebSocket): Promise<void> {
  await once(socket, "open");
  const answered = once(socket, "message");
  socket.send(JSON.stringify({ type: "auth", token: null }));
  await answered;
}
