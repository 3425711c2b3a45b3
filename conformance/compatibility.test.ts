import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { type Command, full, playedBy, readCommands, reasonOf, UNPLAYED } from "./commands.ts";
import { scenariosAt, type Group, type Scenario, type Stage } from "./harness/group.ts";
import { groups } from "./scenarios/index.ts";

const HEAD = `# Compatibility

What is listed here is run, with the unmodified client from its registry, against a running Praetor by \`npm test\`: each line is
a scenario of [conformance/](../conformance), which checks what the client saw and what the API then answers. This page is made
from the names of the scenarios (\`npx vitest run --config conformance/vitest.config.ts compatibility --update\`).

The same suite runs against the original (\`CONFORMANCE_TARGET=original\`), which shows that it asks for nothing else.
`;

const stageName = ({ client, configuration }: Stage): string =>
  `${client}${configuration === "plain" ? "" : ` with ${configuration}`}`;

function row(group: Group, scenario: Scenario): string {
  const when = scenario.nightly ? ", at night" : "";
  return `| ${scenario.title} | ${(scenario.stages ?? group.stages).map(stageName).join(", ")}${when} |`;
}

function section(group: Group): string {
  const rows = Object.values(group.scenarios).map((scenario) => row(group, scenario));
  return `## ${group.title}\n\n| Scenario | Clients and servers |\n|---|---|\n${rows.join("\n")}\n`;
}

const commands = await readCommands();
const titles = Object.values(groups).flatMap(({ scenarios }) => Object.values(scenarios).map(({ title }) => title));
const played = new Set(titles.flatMap((title) => playedBy(title, commands)));

/** What can be typed of a command; what has subcommands of its own stands for itself. */
const typedOf = (command: Command): string[] =>
  command.subcommands
    .map((each) => ({ each, typed: full(command, each) }))
    .filter(({ each, typed }) => each === "" || !commands.some(({ names: [name] }) => name === typed))
    .map(({ typed }) => typed);

function commandRow(command: Command): string {
  const [name = ""] = command.names;
  const typed = typedOf(command);
  const marks = typed.map((each) => `${each.slice(name.length + 1) || "itself"} ${played.has(each) ? "✓" : "–"}`);
  const why = new Set(typed.filter((each) => !played.has(each)).flatMap((each) => reasonOf(each) ?? []));
  return `| \`prefect ${name}\` | ${marks.join(", ")} | ${[...why].join("; ")} |`;
}

function commandTable(): string {
  const rows = commands
    .filter((command) => typedOf(command).length > 0)
    .toSorted((a, b) => full(a, "").localeCompare(full(b, "")));
  const head = "✓ is played by a scenario above.\n\n| Command | Subcommands | Why not played |\n|---|---|---|";
  return `## Commands\n\nAll that the client has. ${head}\n${rows.map(commandRow).join("\n")}\n`;
}

test("the page of what is compatible lists what is run", async () => {
  await expect([HEAD, ...Object.values(groups).map(section), commandTable()].join("\n")).toMatchFileSnapshot(
    "../docs/compatibility.md",
  );
});

test("every group is played, by the test file of its name", () => {
  const files = readdirSync(join(import.meta.dirname, "scenarios")).filter((file) => file.endsWith(".test.ts"));
  expect(new Set(files.map((file) => basename(file, ".test.ts")))).toEqual(new Set(Object.keys(groups)));
});

test.each(Object.entries(groups))("%s: every scenario has a stage and a title of its own", (_, group) => {
  const staged = new Set(group.stages.flatMap((stage) => scenariosAt(group, stage).map(([name]) => name)));
  expect(Object.keys(group.scenarios).filter((name) => !staged.has(name))).toEqual([]);
  const titles = Object.values(group.scenarios).map((scenario) => scenario.title);
  expect(new Set(titles).size).toBe(titles.length);
});

test("every command that the client has is played, or not for a reason", () => {
  const typed = commands.flatMap(typedOf);
  expect(typed.filter((each) => !played.has(each) && reasonOf(each) === undefined)).toEqual([]);
  expect(typed.filter((each) => played.has(each) && reasonOf(each) !== undefined)).toEqual([]);
  expect(
    Object.keys(UNPLAYED).filter((reason) => !typed.some((each) => each === reason || each.startsWith(`${reason} `))),
  ).toEqual([]);
});
