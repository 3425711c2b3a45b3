import { describe, expect, test } from "vitest";
import { loadMigrations, readMigrationTexts } from "./files.ts";

describe("migrations", () => {
  test("come by domain and number", () => {
    const texts = { "nebula/0001_a.sql": "1", "orion/0010_b.sql": "2", "orion/0009_c.sql": "3", "events/0001_d.sql": "4" };
    expect(loadMigrations(texts).map(({ domain, number }) => `${domain} ${number}`)).toEqual([
      "orion 9",
      "orion 10",
      "events 1",
      "nebula 1",
    ]);
  });

  test("have the same checksum whatever their line ends", () => {
    const checksumOf = (text: string) => loadMigrations({ "orion/0001_a.sql": text })[0]?.checksum;
    expect(checksumOf("select 1;\r\nselect 2;\r\n")).toBe(checksumOf("select 1;\nselect 2;\n"));
    expect(checksumOf("select 1;")).not.toBe(checksumOf("select 2;"));
  });

  test.each([
    ["--! no-transaction\nselect 1", false],
    ["--! no-transaction\r\nselect 1", false],
    ["-- no-transaction\nselect 1", true],
    ["\n--! no-transaction\nselect 1", true],
  ])("of %j are transactional: %s", (text, transactional) => {
    expect(loadMigrations({ "orion/0001_a.sql": text })[0]?.transactional).toBe(transactional);
  });

  test.each(["orion/1_a.sql", "orion/0001.sql", "orion/0001_A.sql", "moon/0001_a.sql", "orion/0001_a.SQL"])(
    "named %s are refused",
    (path) => {
      expect(() => loadMigrations({ [path]: "" })).toThrow(path);
    },
  );

  test("of one number are refused", () => {
    expect(() => loadMigrations({ "orion/0001_a.sql": "", "orion/0001_b.sql": "" })).toThrow("number 1");
  });

  test("of ours are well named", () => {
    expect(loadMigrations(readMigrationTexts()).length).toBeGreaterThan(2);
  });
});
