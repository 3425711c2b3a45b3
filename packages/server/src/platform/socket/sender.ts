import { WebSocket } from "ws";

const FULL_BYTES = 1024 * 1024;

/** Sends frames to a peer and says when the peer does not keep up. */
export class Sender {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /**
   * Sends a frame. Returns a promise only when more than a megabyte waits for the peer: it resolves when that is sent
   * or the socket is gone, and until then the caller should send nothing more.
   */
  send(text: string): Promise<void> | void {
    if (!this.open) return;
    if (this.#socket.bufferedAmount < FULL_BYTES) return this.#socket.send(text);
    return new Promise((resolve) => this.#socket.send(text, () => resolve()));
  }
}
