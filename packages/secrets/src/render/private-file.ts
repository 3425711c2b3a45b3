import { randomBytes } from "node:crypto";
import { open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Who owns a file, and who may read it. */
export interface FileAccess {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Writes a file that only its owner may read, whatever the umask and whatever stood there before. It appears whole or not at
 * all: the text goes to a draft beside it, which takes its name in the end. With `access`, others may read it too: those whom
 * a service runs as; only root can give a file away.
 */
export async function writePrivateFile(path: string, text: string, access?: FileAccess): Promise<void> {
  // Hidden, so that nobody who reads the folder at this moment takes it for one more Secret.
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
  const file = await open(draft, "wx", 0o600);
  try {
    // The umask can only take away; a file system that ignores modes is told again.
    await file.chmod(access?.mode ?? 0o600);
    if (access !== undefined && process.getuid?.() === 0) await file.chown(access.uid, access.gid);
    await file.writeFile(text);
    await file.sync();
    await file.close();
    await rename(draft, path);
  } catch (error) {
    await file.close();
    await rm(draft, { force: true });
    throw error;
  }
}

/** Removes the drafts that writers of this file left when they were killed. Only for who knows that nobody writes it now. */
export async function removeDrafts(path: string): Promise<void> {
  const begin = `.${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    if (name.startsWith(begin) && /^[0-9a-f]{12}$/.test(name.slice(begin.length)))
      await rm(join(dirname(path), name), { force: true });
  }
}
