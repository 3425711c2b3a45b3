import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cliDocument } from "../packages/server/src/cli/document.ts";
import { root } from "./processes.ts";

const [header = "", ...lines] = readFileSync(join(root, "docs/secrets-up.cast"), "utf8").trim().split("\n");
const events = lines.map((line) => JSON.parse(line) as [number, string, string]);
const screen = events
  .map(([, , text]) => text)
  .join("")
  .replaceAll("\r\n", "\n");

test("the recording is of asciinema's form, and its times go on", () => {
  expect(JSON.parse(header)).toMatchObject({ version: 2, width: expect.any(Number), height: expect.any(Number) });
  const times = events.map(([time]) => time);
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  expect(events.every(([, kind]) => kind === "o")).toBe(true);
});

test("it goes from two facts to all well in less than a minute", () => {
  expect(screen).toContain("praetor secrets up --database-host 127.0.0.1 --super-password env:PGPASSWORD");
  expect(screen).toContain("All well: ");
  expect(Number(/In ([\d.]+) s, from the facts to here/.exec(screen)?.[1])).toBeLessThan(60);
});

test("every command and option in it is one that there is", () => {
  const documented = cliDocument();
  for (const [, words = ""] of screen.matchAll(/\$ praetor (.+)\n/g)) {
    expect(documented).toContain(`## praetor ${words.split(" ").slice(0, 2).join(" ")}`);
    for (const [option] of words.matchAll(/--[\w-]+/g)) expect(documented).toContain(`\`${option} `);
  }
});
