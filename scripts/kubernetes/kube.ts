import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Programs that are built from their sources, once, and kept in the user's cache by version. */
const scripts = { kube: "build-kube.sh", helm3: "build-helm.sh" } as const;

export type Built = keyof typeof scripts;

export const buildScript = (name: Built): string => join(import.meta.dirname, scripts[name]);

/** Where it is, or undefined when it has not been built yet. */
export function builtExecutable(name: Built): string | undefined {
  const path = execFileSync(buildScript(name), ["--where"], { encoding: "utf8" }).trim();
  return existsSync(path) ? path : undefined;
}
