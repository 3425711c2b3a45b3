import { chownSync, type Stats, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** The user that PostgreSQL runs as; undefined ids mean the user of this process. */
export interface Owner {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** PostgreSQL refuses to run as root, so root runs it as `nobody`; everybody else as themselves. */
export function postgresOwner(): Owner {
  if (process.getuid?.() !== 0) return { uid: undefined, gid: undefined };
  const nobody = /^nobody:[^:]*:(-?\d+):(-?\d+):/m.exec(readFileSync("/etc/passwd", "utf8"));
  // Debian's numbers, for a system that has no passwd entry at all.
  return { uid: Number(nobody?.[1] ?? 65_534), gid: Number(nobody?.[2] ?? 65_534) };
}

export function giveTo({ uid, gid }: Owner, path: string): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}

/** The nearest folder at or above `path` that the owner may not enter. */
export function firstClosedFolder(owner: Owner, path: string): string | undefined {
  if (owner.uid === undefined) return undefined;
  const above = dirname(path);
  const closed = above === path ? undefined : firstClosedFolder(owner, above);
  return closed ?? (mayEnter(owner, statSync(path)) ? undefined : path);
}

function mayEnter({ uid, gid }: Owner, { uid: user, gid: group, mode }: Stats): boolean {
  if (user === uid) return (mode & 0o100) !== 0;
  if (group === gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

/** Runs `work` so that everybody can read what it makes, `nobody` included, whatever the umask of this process is. */
export function openly<T>(work: () => T): T {
  const umask = process.umask(0o022);
  try {
    return work();
  } finally {
    process.umask(umask);
  }
}
