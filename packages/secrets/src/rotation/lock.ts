import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { RotationError } from "./rotation-error.ts";

/**
 * Keeps a second rotation out for as long as this process lives; answers how to let it in again. The lock of a process that
 * was killed is taken over.
 *
 * @throws RotationError when another process has it.
 */
export function lockRotation(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  const own = `${hostname()} ${process.pid} ${randomBytes(6).toString("hex")}\n`;
  for (;;) {
    try {
      writeFileSync(path, own, { flag: "wx", mode: 0o600 });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    removeStale(path);
  }
}

function removeStale(path: string): void {
  const holder = contentOf(path);
  if (holder === undefined) return;
  const [host, pid] = holder.split(" ");
  if (host !== hostname() || isAlive(Number(pid))) throw locked(path, host, pid);
  // Whoever else saw the same dead holder takes the file away only once: a name can be moved by one process alone.
  const aside = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (contentOf(aside) !== holder) throw locked(path, ...(contentOf(aside)?.split(" ") ?? []));
  rmSync(aside, { force: true });
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return Number.isInteger(pid) && pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function locked(path: string, host = "another host", pid = "unknown"): RotationError {
  const remedy = `Wait for it. If no such process runs there, remove ${path}.`;
  return new RotationError("rotation_locked", `Another rotation is at work (process ${pid} on ${host}).`, remedy);
}
