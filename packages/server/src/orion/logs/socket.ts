import { Log, LogFilter } from "@praetor/wire";
import type { LogMessage } from "../../platform/bus/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { type Socket, socket } from "../../platform/http/index.ts";
import { answerPings, awaitFilter, Sender, shakeHands } from "../../platform/socket/index.ts";
import { logMatcher } from "./match.ts";

/**
 * `/logs/out`: the lines that a peer's filter asks for, as they are stored; not those of before. Where the settings do not
 * let clients subscribe, the socket is taken and stays silent.
 */
export function logsOut(deps: Dependencies): Socket {
  return socket({
    path: "/logs/out",
    permission: "see_flows",
    handle(connection) {
      const { socket: peer, workspaceId } = connection;
      shakeHands(connection, deps.settings.api.authString, () => {
        answerPings(peer);
        awaitFilter(peer, LogFilter, "LogFilter", ({ filter }) => {
          if (!deps.settings.logs.streamOutEnabled) return;
          const sender = new Sender(peer);
          const matches = logMatcher(filter);
          const accepts = (message: LogMessage) => message.workspaceId === workspaceId && matches(message.log);
          const tell = ({ log }: LogMessage) => sender.send(`{"type":"log","log":${Log.dump(log)}}`);
          peer.once("close", deps.bus.subscribe("logs", tell, { accepts }));
        });
      });
    },
  });
}
