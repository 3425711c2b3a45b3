/** The part `cluster` of `npm test`: builds the control plane beside everything else, then runs what needs it. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { root } from "../processes.ts";
import { runSuite } from "../suite.ts";
import { nothing, type Tally } from "../tally.ts";
import { buildScript, builtExecutable } from "./kube.ts";

const suite = "vitest.cluster.config.ts";
const oldestGo = [1, 26] as const;
/** What a build from nothing compiles, for the lines that tell how far it is. */
const PACKAGES = 3300;
const PATIENCE_MINUTES = 50;
const SECONDS_BETWEEN_LINES = 30;

/** The control plane, there or being built. */
export interface KubeBuild {
  /** Resolves when it is there; to the reason when it will not be. */
  readonly done: Promise<string | undefined>;
  /** How far it is, in a line. */
  readonly progress: () => string;
}

/** Begins the build, unless it is done already, at the lowest priority. It ends with this process. */
export function beginKubeBuild(): KubeBuild {
  if (process.platform !== "linux") return known("it runs on Linux only");
  if (builtExecutable("kube") && builtExecutable("helm3")) return known(undefined);
  const lacks = lackOfGo();
  if (lacks === undefined) return build();
  // Without Helm 3 alone, its tests say that they do not run.
  return known(builtExecutable("kube") === undefined ? lacks : undefined);
}

const known = (outcome: string | undefined): KubeBuild => ({ done: Promise.resolve(outcome), progress: () => "" });

function lackOfGo(): string | undefined {
  const { stdout } = spawnSync("go", ["version"], { cwd: join(import.meta.dirname, "kube"), encoding: "utf8" });
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(stdout ?? "") ?? [];
  const needed = `Go ${oldestGo.join(".")} or newer is needed to build the control plane`;
  if (major === undefined) return `${needed}, and there is none`;
  const recent = Number(major) > oldestGo[0] || Number(minor) >= oldestGo[1];
  return recent ? undefined : `${needed}, and this is ${major}.${minor}`;
}

function build(): KubeBuild {
  const begun = performance.now();
  const seconds = () => Math.round((performance.now() - begun) / 1000);
  const both = [buildScript("kube"), buildScript("helm3")];
  const child = spawn("/bin/sh", ["-c", '"$0" && "$1"', ...both], { detached: true, stdio: ["ignore", "ignore", "pipe"] });
  endWith(child);
  let compiled = 0;
  const last: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    compiled += /^[\w.-]+(\/|$)/.test(line) ? 1 : 0;
    last.push(line);
    last.splice(0, last.length - 5);
  });
  const ended = new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code) => resolve(code === 0 ? undefined : `the build failed\n${last.join("\n")}`));
  });
  const late = pause(PATIENCE_MINUTES * 60_000, undefined, { ref: false }).then(
    () => `its build was not done after ${PATIENCE_MINUTES} minutes; the next one goes on from there`,
  );
  const progress = () => `building the control plane, ${compiled} of about ${PACKAGES} packages, ${seconds()} s`;
  return { done: Promise.race([ended, late]), progress };
}

const exit = () => process.exit(130);

/** Ends the build, all of its processes, with this one. */
function endWith(child: ChildProcess): void {
  const end = () => child.pid !== undefined && process.kill(-child.pid);
  // A signal alone would end this process without the event.
  process.once("exit", end).once("SIGINT", exit).once("SIGTERM", exit);
  child.once("close", () => process.off("exit", end).off("SIGINT", exit).off("SIGTERM", exit));
}

/** Waits for the build, telling how far it is, and runs the tests of the cluster. */
export async function runClusterTier({ done, progress }: KubeBuild): Promise<Tally> {
  const lines = setInterval(() => console.log(progress()), SECONDS_BETWEEN_LINES * 1000);
  const why = await done;
  clearInterval(lines);
  if (why === undefined) return runSuite(suite);
  const files = globSync("{packages,charts,scripts}/**/*.cluster.test.ts", { cwd: root, exclude: ["**/node_modules/**"] });
  console.log(`The tests of the cluster did NOT run (${files.length} files): ${why}`);
  return { ...nothing, skipped: files.length };
}
