#!/usr/bin/env -S node --max-semi-space-size=16
// Starts the command line on a Node that can run it. This file itself must be readable to any Node from 14 on.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import module from "node:module";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const oldest = [22, 18];
const home = fileURLToPath(new URL("..", import.meta.url));
const checkout = fileURLToPath(new URL("../../../", import.meta.url));
const program = join(home, "dist", "main.js");

/**
 * Room for young objects, in MB. With the engine's own choice a server keeps 100 MB more after a burst and is no faster;
 * with 4 MB, lists of 200 runs cost half as much again. The first line of this file says the same.
 */
const engineOptions = ["--max-semi-space-size=16"];

/** Set for a process that another launcher started, so that it ends with its parent. */
const childMark = "PRAETOR_LAUNCHED";

function isRecentNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

function fail(message) {
  process.stderr.write(`praetor: ${message}\n`);
  process.exit(1);
}

/** The Node that a checkout carries as an optional dependency. */
function carriedNode() {
  try {
    const name = `node-${process.platform}-${process.arch}`;
    return join(module.createRequire(import.meta.url).resolve(`${name}/package.json`), "..", "bin", "node");
  } catch {
    return undefined;
  }
}

/**
 * Runs this file again on another Node. The child has a session of its own: Ctrl-C reaches every process of the terminal's
 * group, and a child that got it twice, from the terminal and from here, would take the second for "at once".
 */
function runOn(node) {
  const child = spawn(node, [...engineOptions, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    detached: true,
    env: { ...process.env, [childMark]: "1" },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`cannot run ${node}: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code === null ? 128 + constants.signals[signal] : code));
}

function endWithParent() {
  delete process.env[childMark];
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel.unref();
}

/** The time of the newest source below a folder. */
function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) latest = Math.max(latest, newest(path));
    else if (!entry.name.endsWith(".test.ts")) latest = Math.max(latest, statSync(path).mtimeMs);
  }
  return latest;
}

function isStale() {
  const built = statSync(program, { throwIfNoEntry: false });
  if (built === undefined) return true;
  const sources = readdirSync(join(checkout, "packages")).map((name) => join(checkout, "packages", name, "src"));
  return sources.filter((folder) => existsSync(folder)).some((folder) => newest(folder) > built.mtimeMs);
}

/**
 * Rebuilds what is stale, and says what to run: the sources themselves where a checkout belongs to somebody else. The
 * bundler runs in a process of its own, so that a server does not carry its memory.
 */
function freshProgram() {
  const builder = join(checkout, "scripts", "build.ts");
  if (!existsSync(join(home, "src")) || !existsSync(builder) || !isStale()) return program;
  const { status, stderr } = spawnSync(process.execPath, [builder], { encoding: "utf8" });
  if (status === 0) return program;
  if (/EACCES|EROFS/.test(stderr)) return join(home, "src", "cli", "main.ts");
  throw new Error(`the build failed\n${stderr}`);
}

async function start() {
  if (process.env[childMark] && process.channel) endWithParent();
  const path = freshProgram();
  module.enableCompileCache();
  await import(pathToFileURL(path).href);
}

if (isRecentNode()) {
  start().catch((error) => fail(error.stack));
} else {
  const node = carriedNode();
  if (node === undefined) {
    fail(
      `Node ${oldest.join(".")} or newer is needed, this is ${process.versions.node}. With npm: npx -p node@24 -p praetor praetor`,
    );
  } else {
    runOn(node);
  }
}
