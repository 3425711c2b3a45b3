import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installBinaries } from "./binaries.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "praetor-binaries-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the binaries run from the cache folder", () => {
  const { initdb, postgres } = installBinaries(folder);
  expect(execFileSync(postgres, ["--version"], { encoding: "utf8" })).toContain("PostgreSQL) 18.");
  expect(execFileSync(initdb, ["--version"], { encoding: "utf8" })).toContain("PostgreSQL) 18.");
});

test("everybody can read them, whatever the umask", () => {
  const umask = process.umask(0o077);
  const { postgres } = installBinaries(join(folder, "cache"));
  process.umask(umask);
  for (const path of [postgres, dirname(postgres), dirname(dirname(postgres)), join(folder, "cache")]) {
    expect(statSync(path).mode & 0o005).toBe(0o005);
  }
});

test("they are copied once", () => {
  const { postgres } = installBinaries(folder);
  const copied = statSync(postgres).ino;
  expect(installBinaries(folder)).toEqual(installBinaries(folder));
  expect(statSync(postgres).ino).toBe(copied);
  expect(readdirSync(folder)).toHaveLength(1);
});

test("a platform without them is told what to do instead", () => {
  expect(() => installBinaries(folder, "linux-s390x")).toThrow(
    "linux-s390x has no embedded PostgreSQL for this platform; give --database-url of a PostgreSQL server",
  );
});

test("a cache folder that cannot be written is named", () => {
  writeFileSync(join(folder, "file"), "");
  expect(() => installBinaries(join(folder, "file"))).toThrow(`${join(folder, "file")} cannot be written, where the binaries`);
});
