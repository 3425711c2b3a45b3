import type { Issue, Schema } from "@praetor/wire";
import type { WebSocket } from "ws";
import { readMessage } from "./message.ts";

const PROTOCOL_ERROR = 1002;
/** A close frame holds 125 bytes, two of them for the code. */
const LONGEST_REASON_BYTES = 123;

/** What a subscriber asked for. */
export interface Subscribed<F> {
  readonly filter: F;
  /** The whole message, for what a socket knows beside the filter. */
  readonly message: Readonly<Record<string, unknown>>;
}

/** Waits for `{"type":"filter","filter":...}`, which says what a peer wants to see; anything else ends the socket. */
export function awaitFilter<F>(socket: WebSocket, filter: Schema<F>, name: string, ready: (asked: Subscribed<F>) => void): void {
  socket.once("message", (data) => {
    const message = readMessage(data);
    if (message?.["type"] !== "filter") return socket.close(PROTOCOL_ERROR, "Expected 'filter' message");
    const parsed = filter.parse(message["filter"] ?? null);
    if (!parsed.ok) return socket.close(PROTOCOL_ERROR, shortened(`Invalid filter: ${told(name, parsed.issues)}`));
    ready({ filter: parsed.value, message });
  });
}

function told(name: string, issues: readonly Issue[]): string {
  const count = issues.length === 1 ? "1 validation error" : `${issues.length} validation errors`;
  return [`${count} for ${name}`, ...issues.map(({ loc, msg }) => `${loc.join(".")}\n  ${msg}`)].join("\n");
}

/** Cut between characters. */
function shortened(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= LONGEST_REASON_BYTES) return reason;
  return bytes
    .subarray(0, LONGEST_REASON_BYTES)
    .toString("utf8")
    .replace(/\ufffd$/, "");
}
