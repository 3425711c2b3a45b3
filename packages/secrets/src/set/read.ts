import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { readDotenv } from "./dotenv.ts";
import { addBytes, readManifests } from "./manifests.ts";
import { ReadError } from "./read-error.ts";
import { type SecretSet, SetBuilder } from "./secret-set.ts";

/** More than any set has; a larger file was named by mistake. */
const largestFile = 8 * 1024 * 1024;
const manifestEndings = [".yaml", ".yml", ".json"];
const deepest = 4;

/**
 * Reads one set from files and folders: manifests, dotenv files, `-` for standard input, and folders of them or of mounted
 * Secrets (a folder named for the Secret, a file for each key).
 *
 * @throws ReadError when something cannot be read, or when no Secret is found at all.
 */
export function readSet(paths: readonly string[]): SecretSet {
  const builder = new SetBuilder();
  for (const path of paths) {
    if (path !== "-" && stat(path).isDirectory()) readFolder(path, builder, 0);
    else readCarrier(readBytes(path), path === "-" ? "standard input" : path, builder);
  }
  const set = builder.build();
  if (set.objects.size === 0 && set.faults.length === 0) {
    throw new ReadError(
      `${paths.join(", ")}: there is no Secret.`,
      "Name manifests of kind Secret, a dotenv file, or a folder of them.",
    );
  }
  return set;
}

function readFolder(folder: string, set: SetBuilder, depth: number): void {
  // Kubernetes mounts a Secret through entries that begin with two dots; they show the same files again.
  const names = readdirSync(folder)
    .filter((name) => !name.startsWith(".."))
    .toSorted();
  for (const name of names) {
    const path = join(folder, name);
    if (stat(path).isDirectory()) {
      if (depth < deepest && !name.startsWith(".")) readFolder(path, set, depth + 1);
    } else if (isCarrier(name)) readCarrier(readBytes(path), path, set);
    else if (!name.startsWith(".")) addBytes(set, basename(folder), name, readBytes(path), { file: path, line: 1 });
  }
}

const isDotenv = (name: string): boolean => extname(name) === ".env" || basename(name).startsWith(".env");
const isCarrier = (name: string): boolean => isDotenv(name) || manifestEndings.includes(extname(name));

function readCarrier(bytes: Buffer, file: string, set: SetBuilder): void {
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  if (holdsVariables(file, text)) readDotenv(text, file, set);
  else readManifests(text, file, set);
}

/** Whether a file is a dotenv file, by its name or, where that says nothing, by its first line. */
function holdsVariables(file: string, text: string): boolean {
  const unnamed = !manifestEndings.includes(extname(file));
  return isDotenv(file) || (unnamed && /^\s*(#.*\s+)*(export\s+)?[A-Za-z_]\w*=/.test(text));
}

/** How a file carries the value of a key that was read from it. */
export function carrierOf(file: string, text: string, { object, key }: { object: string; key: string }): Carrier {
  const mounted = basename(file) === key && basename(dirname(file)) === object;
  if (mounted && !isCarrier(basename(file))) return "mounted";
  return holdsVariables(file, text) ? "dotenv" : "manifests";
}

/** `mounted`: the file is the value. */
export type Carrier = "dotenv" | "manifests" | "mounted";

function readBytes(path: string): Buffer {
  if (path !== "-" && stat(path).size > largestFile) {
    throw new ReadError(`${path} is larger than 8 MiB.`, "Name only the files that hold Secrets.");
  }
  try {
    return readFileSync(path === "-" ? 0 : path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function stat(path: string): ReturnType<typeof statSync> & object {
  try {
    return statSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): ReadError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return new ReadError(`${path} cannot be read (${code}).`, "Check the name and who may read it.");
}
