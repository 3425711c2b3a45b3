import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

export const buildScript = join(import.meta.dirname, "build-kube.sh");

/** Where the executable of the control plane is kept, in the user's cache and by version. */
export function kubePath(): string {
  return execFileSync(buildScript, ["--where"], { encoding: "utf8" }).trim();
}

/** @throws when it has not been built yet */
export function kubeExecutable(): string {
  const path = kubePath();
  if (existsSync(path)) return path;
  throw new Error(`The control plane is not built yet. Build it, which takes 12 to 60 minutes once: ${buildScript}`);
}
