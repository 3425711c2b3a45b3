import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
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
  return `| ${scenario.title} | ${(scenario.stages ?? group.stages).map(stageName).join(", ")} |`;
}

function section(group: Group): string {
  const rows = Object.values(group.scenarios).map((scenario) => row(group, scenario));
  return `## ${group.title}\n\n| Scenario | Clients and servers |\n|---|---|\n${rows.join("\n")}\n`;
}

/** The commands of the client that ask for runs, limits and records, as its help lists them. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  "flow-run": ["cancel", "delete", "execute", "inspect", "logs", "ls", "retry", "watch"],
  flow: ["ls", "serve"],
  "task-run": ["inspect", "logs", "ls"],
  "concurrency-limit": ["create", "delete", "inspect", "ls", "reset"],
  gcl: ["create", "delete", "disable", "enable", "inspect", "ls", "update"],
  variable: ["delete", "get", "inspect", "ls", "set", "unset"],
  artifact: ["delete", "inspect", "ls"],
  config: ["set", "unset", "validate", "view"],
  version: [""],
};

/** Whether a scenario's title says that it plays the command. */
function plays(title: string, command: string, subcommand: string): boolean {
  const [, said = ""] = new RegExp(`prefect ${command}\\b(?!-)(.*?)(?:; |$| and prefect )`).exec(title) ?? [];
  return subcommand === "" ? title.includes(`prefect ${command}`) : new RegExp(`\\b${subcommand}\\b`).test(said);
}

function commandTable(): string {
  const titles = Object.values(groups).flatMap(({ scenarios }) => Object.values(scenarios).map(({ title }) => title));
  const rows = Object.entries(COMMANDS).map(([command, subcommands]) => {
    const marks = subcommands.map((each) => {
      const played = titles.some((title) => plays(title, command, each));
      return `${each === "" ? "itself" : each} ${played ? "✓" : "–"}`;
    });
    return `| \`prefect ${command}\` | ${marks.join(", ")} |`;
  });
  const head = "✓ is played by a scenario above, – by none yet.\n\n| Command | Subcommands |\n|---|---|";
  return `## Commands\n\n${head}\n${rows.join("\n")}\n`;
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
