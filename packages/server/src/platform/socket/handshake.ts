import type { Secret } from "@praetor/secrets";
import type { WebSocket } from "ws";
import { sameText } from "../http/index.ts";
import type { SocketConnection } from "../http/index.ts";
import { readMessage } from "./message.ts";

const POLICY_VIOLATION = 1008;
const PATIENCE_MILLISECONDS = 30_000;

/**
 * Lets a peer in: its first message must be `{"type":"auth","token":...}`, the token being the installation's
 * credential where there is one. Peers that know no handshake are let in at once; those are refused before the upgrade
 * where a credential is asked for. `ready` is called in the turn of the message, so that no later one is missed. `reason` is
 * what a socket's own protocol calls a refusal.
 */
export function shakeHands(
  { socket, handshake }: SocketConnection,
  credential: Secret | null,
  ready: () => void,
  reason?: string,
): void {
  if (!handshake) return ready();
  const pong = (data: Buffer) => socket.pong(data);
  const late = setTimeout(() => socket.close(POLICY_VIOLATION, reason ?? "Expected 'auth' message"), PATIENCE_MILLISECONDS);
  socket.on("ping", pong);
  socket.once("close", () => clearTimeout(late));
  socket.once("message", (data) => {
    clearTimeout(late);
    socket.off("ping", pong);
    const refusal = refusalOf(readMessage(data), credential);
    if (refusal !== undefined) return socket.close(POLICY_VIOLATION, reason ?? refusal);
    socket.send('{"type":"auth_success"}');
    ready();
  });
}

function refusalOf(message: Record<string, unknown> | undefined, credential: Secret | null): string | undefined {
  if (message?.["type"] !== "auth") return "Expected 'auth' message";
  if (credential === null) return undefined;
  const { token } = message;
  if (typeof token !== "string" || token === "") return "Auth required but no token provided";
  return sameText(token, credential.reveal()) ? undefined : "Invalid token";
}

/** Answers each ping at once, as sockets do whose pongs mean nothing else. */
export function answerPings(socket: WebSocket): void {
  socket.on("ping", (data) => socket.pong(data));
}
