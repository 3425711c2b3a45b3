import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { secretsContract } from "@praetor/topology";
import { expect, test } from "vitest";
import { additionsTable, findingsTable, keysTable } from "./document.ts";

const path = fileURLToPath(new URL("../../../../docs/secrets.md", import.meta.url));

const tables: Readonly<Record<string, string>> = {
  findings: findingsTable(),
  keys: keysTable(secretsContract("seed")),
  additions: additionsTable(secretsContract("praetor")),
};

test("docs/secrets.md has the tables of keys, additions and findings (`npx vitest -u` writes them)", async () => {
  const page = readFileSync(path, "utf8");
  const generated = Object.entries(tables).reduce((text, [name, table]) => {
    const place = new RegExp(`<!-- ${name} -->\n[^]*?<!-- /${name} -->`);
    expect(text).toMatch(place);
    return text.replace(place, () => `<!-- ${name} -->\n${table}\n<!-- /${name} -->`);
  }, page);
  await expect(generated).toMatchFileSnapshot(path);
});

test("the table has a row for each of the 89 keys", () => {
  expect(tables["keys"]?.split("\n")).toHaveLength(2 + 89);
});
