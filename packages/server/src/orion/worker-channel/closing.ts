import type { WebSocket } from "ws";

/** Why a channel ends: the reason is the protocol's own word, and the code says whether to come again. */
export const CLOSINGS = {
  authentication_failed: 1008,
  authorization_failed: 1008,
  unsupported_version: 1008,
  protocol_error: 1002,
  heartbeat_persistence_failed: 1011,
  transient_server_error: 1011,
} as const;

export type Closing = keyof typeof CLOSINGS;

/** A worker that may not come in, or came in wrongly. */
export class ChannelRefused extends Error {
  readonly closing: Closing;

  constructor(closing: Closing, why: string) {
    super(why);
    this.name = "ChannelRefused";
    this.closing = closing;
  }
}

export function closeChannel(peer: WebSocket, closing: Closing): void {
  peer.close(CLOSINGS[closing], closing);
}
