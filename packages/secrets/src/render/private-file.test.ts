import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writePrivateFile } from "./private-file.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "praetor-private-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const mode = (path: string): number => statSync(path).mode & 0o777;

test("only the owner may read the file, and nothing else is left beside it", async () => {
  const path = join(folder, "secrets");
  await writePrivateFile(path, "text");
  expect([mode(path), readFileSync(path, "utf8"), readdirSync(folder)]).toEqual([0o600, "text", ["secrets"]]);
});

test("a file that everybody may read is replaced by one that only the owner may", async () => {
  const path = join(folder, "secrets");
  writeFileSync(path, "old");
  chmodSync(path, 0o644);
  await writePrivateFile(path, "new");
  expect([mode(path), readFileSync(path, "utf8")]).toEqual([0o600, "new"]);
});

test("where it cannot be written, no draft is left", async () => {
  const path = join(folder, "folder");
  await expect(writePrivateFile(join(path, "none"), "text")).rejects.toThrow(/ENOENT/);
  expect(readdirSync(folder)).toEqual([]);
});
