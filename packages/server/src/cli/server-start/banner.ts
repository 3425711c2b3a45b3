import type { RunningServer } from "../../services/runner.ts";
import type { DataStep } from "../../services/data.ts";

/** What a running server says of itself: where it is, where its data is, and how a client finds it. */
export function banner(server: RunningServer, version: string, seconds: number, guarded: boolean): string {
  const lines = [
    `Praetor ${version} is ready after ${seconds.toFixed(1)} s. Ctrl-C stops it.`,
    "",
    `  API     ${server.url}`,
    `  Data    ${server.data}`,
    `  Client  export PREFECT_API_URL=${server.url}`,
    ...(guarded ? ["          export PREFECT_API_AUTH_STRING=...   # the one that this server was given"] : []),
    "",
  ];
  return lines.join("\n");
}

/** A step of the start that may take a while, in words; undefined for what nobody needs to wait for. */
export function progress(step: DataStep): string | undefined {
  switch (step.kind) {
    case "creating":
      return "Making the database; this happens once.";
    case "taken_over":
      return "Taking over the PostgreSQL that an earlier start left running.";
    case "waiting":
      return "Waiting for another process that brings the schema up to date.";
    case "applying":
      return step.position === 1 ? `Bringing the schema up to date, ${step.total} migrations.` : undefined;
    default:
      return undefined;
  }
}
