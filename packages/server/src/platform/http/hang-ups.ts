import type { ServerResponse } from "node:http";

/** Tells requests that wait for something that nobody waits for them: the caller has hung up, or the server closes. */
export class HangUps {
  readonly #waiting = new Set<AbortController>();
  #closing = false;

  signalFor(response: ServerResponse): AbortSignal {
    const controller = new AbortController();
    if (this.#closing || response.destroyed) controller.abort();
    this.#waiting.add(controller);
    // Comes after every answer too; then nobody listens any more.
    response.once("close", () => {
      this.#waiting.delete(controller);
      controller.abort();
    });
    return controller.signal;
  }

  /** Hangs up on everybody who waits, and on who comes after. */
  all(): void {
    this.#closing = true;
    for (const controller of this.#waiting) controller.abort();
  }
}
