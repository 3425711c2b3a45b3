import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { settingsDocument } from "./document.ts";
import { rows } from "./rows.ts";

test("docs/settings.md says what the declaration says (`npx vitest -u` writes it)", async () => {
  await expect(settingsDocument()).toMatchFileSnapshot(
    fileURLToPath(new URL("../../../../../docs/settings.md", import.meta.url)),
  );
});

test("no two settings share a name or an option", () => {
  const names = rows.flatMap((row) => [...row.environment, ...(row.setting.option === undefined ? [] : [row.setting.option])]);
  expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
});

test("every default is a value of its own kind", () => {
  for (const { key, setting } of rows) {
    const value = setting.defaultFor({ HOME: "/home/ada" });
    if (value !== null) expect([key, setting.kind.read(value)]).toEqual([key, value]);
  }
});

test("every setting is read somewhere: one that changes nothing would deceive", () => {
  const packages = fileURLToPath(new URL("../../../../", import.meta.url));
  const sources = globSync("{server,wire}/src/**/*.ts", { cwd: packages }).filter(
    (path) => !/declaration|\.test\.ts$/.test(path),
  );
  const words = new Set(sources.flatMap((path) => readFileSync(`${packages}/${path}`, "utf8").match(/\w+/g) ?? []));
  expect(rows.filter(({ path }) => !words.has(path.at(-1) ?? "")).map(({ key }) => key)).toEqual([]);
});
