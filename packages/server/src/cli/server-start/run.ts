import { createLog, type Log, logFormat } from "../../platform/log.ts";
import { VERSION } from "../../platform/version.ts";
import { type RunningServer, startServer } from "../../services/runner.ts";
import type { Run } from "../definition.ts";
import type { Outcome } from "../exit.ts";
import { explainFailure } from "../failures.ts";
import { settingsFor } from "../settings.ts";
import type { Terminal } from "../terminal.ts";
import { banner, progress } from "./banner.ts";
import { listenForStop } from "./stop-request.ts";

/** A stop that takes longer is cut short: supervisors kill after ten seconds, and then PostgreSQL would be left behind. */
const stopSeconds = 9;

/** `praetor server start` */
export const run: Run = async (terminal, given) => {
  const { settings, warnings } = settingsFor(terminal, given);
  const { level, format } = settings.logging;
  const log = createLog({ level, format: logFormat(format, terminal.interactive.error) });
  for (const warning of warnings) log.warn(warning);

  let server: RunningServer | undefined;
  const stopRequest = listenForStop(() => {
    server?.abandon();
    process.exit(130);
  });
  watchForDefects(log, () => server?.abandon());
  try {
    server = await startServer(settings, log, (step) => {
      const line = progress(step);
      if (line !== undefined) terminal.out(line);
    });
    // Counted from the start of the process, loading and building included.
    terminal.out(banner(server, VERSION, performance.now() / 1000, settings.api.authString !== null));
    await stopRequest.asked;
    return await stop(server, terminal);
  } catch (error) {
    throw explainFailure(error);
  } finally {
    stopRequest.forget();
  }
};

async function stop(server: RunningServer, terminal: Terminal): Promise<Outcome> {
  terminal.out("Stopping; Ctrl-C again stops at once.");
  const { promise: late, resolve } = Promise.withResolvers<"late">();
  const deadline = setTimeout(() => resolve("late"), stopSeconds * 1000);
  const ended = await Promise.race([server.stop(), late]);
  clearTimeout(deadline);
  if (ended !== "late") return "success";
  server.abandon();
  terminal.error(`praetor: did not stop within ${stopSeconds} s and was cut short; nothing that was acknowledged is lost.`);
  return "failure";
}

/** A defect that nobody caught: a lost promise is logged and the server goes on; after a lost exception nothing can be trusted. */
function watchForDefects(log: Log, abandon: () => void): void {
  process.on("unhandledRejection", (error) => log.error({ err: error }, "a promise was rejected and nobody cared"));
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "an error was thrown and nobody caught it");
    abandon();
    process.exit(1);
  });
}
