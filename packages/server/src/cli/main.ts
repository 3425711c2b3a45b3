import { exitCodes } from "./exit.ts";
import { runProgram } from "./program.ts";
import { processTerminal } from "./terminal.ts";

// A reader that goes away (`praetor config show | head -1`) is not an error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

const outcome = await runProgram(processTerminal, process.argv.slice(2));
process.exitCode = exitCodes[outcome].code;
