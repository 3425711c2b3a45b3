import type { Dependencies } from "../../platform/dependencies.ts";
import { type Socket, socket } from "../../platform/http/index.ts";
import { answerPings, shakeHands } from "../../platform/socket/index.ts";
import { WorkerChannel } from "./channel.ts";
import { closeChannel } from "./closing.ts";

/** `/work_pools/{name}/workers/connect`: heartbeats of a worker, and snapshots of its pool whenever that changes. */
export function workerChannel(deps: Dependencies): Socket {
  return socket({
    path: "/work_pools/{work_pool_name}/workers/connect",
    permission: "write_workers",
    handle(connection) {
      const { socket: peer, handshake } = connection;
      if (!handshake) return closeChannel(peer, "protocol_error");
      shakeHands(
        connection,
        deps.settings.api.authString,
        () => {
          answerPings(peer);
          new WorkerChannel(deps, connection).start();
        },
        "authentication_failed",
      );
    },
  });
}
