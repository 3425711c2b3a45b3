import { readFileSync } from "node:fs";
import type { TlsExpectation } from "./network.ts";
import type { DatabaseTarget } from "./targets.ts";

/** What the strings for one server ask of its TLS; undefined when all of them refuse it, which a server of one's own may. */
export function tlsExpectationOf(targets: readonly DatabaseTarget[]): TlsExpectation | undefined {
  const modes = targets.map(({ connection }) => connection.parameters.sslmode ?? "prefer");
  if (modes.every((mode) => mode === "disable")) return undefined;
  const authorities = authoritiesOf(targets);
  return {
    mode: modes.some((mode) => mode.startsWith("verify")) ? "verify" : modes.includes("require") ? "require" : "prefer",
    ...(authorities !== undefined && { authorities }),
    start: "postgresql",
  };
}

/** A file that cannot be read is found by the login. */
function authoritiesOf(targets: readonly DatabaseTarget[]): Buffer | undefined {
  const path = targets.map(({ connection }) => connection.parameters.sslrootcert).find((each) => each && each !== "system");
  if (path === undefined) return undefined;
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
