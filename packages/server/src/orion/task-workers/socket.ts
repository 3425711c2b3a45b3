import type { Dependencies } from "../../platform/dependencies.ts";
import { type Socket, socket } from "../../platform/http/index.ts";
import { answerPings, readMessage, shakeHands } from "../../platform/socket/index.ts";
import { type Asked, Subscription } from "./subscription.ts";
import { WaitingRoom } from "./waiting.ts";

const PROTOCOL_VIOLATION = 4001;

/** `/task_runs/subscriptions/scheduled`: the deferred runs of a worker's tasks, as they fall due; each goes to one worker. */
export function scheduledTaskRuns(deps: Dependencies): Socket {
  const room = new WaitingRoom(deps.bus);
  return socket({
    path: "/task_runs/subscriptions/scheduled",
    permission: "run_tasks",
    handle(connection) {
      const { socket: peer, workspaceId } = connection;
      shakeHands(connection, deps.settings.api.authString, () => {
        answerPings(peer);
        peer.once("message", (data) => {
          const asked = askedBy(readMessage(data));
          if (typeof asked === "string") return peer.close(PROTOCOL_VIOLATION, `Protocol violation: expected ${asked}`);
          new Subscription(deps, workspaceId, peer, room, asked).start();
        });
      });
    },
  });
}

/** What the message asks for, or what it lacks. */
function askedBy(message: Readonly<Record<string, unknown>> | undefined): Asked | string {
  const { type, keys, client_id: clientId } = message ?? {};
  if (type !== "subscribe") return "'subscribe' message";
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every((key) => typeof key === "string")) {
    return "'keys' in subscribe message";
  }
  if (typeof clientId !== "string" || clientId === "") return "'client_id' in subscribe message";
  return { keys, clientId };
}
