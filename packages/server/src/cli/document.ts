import type { Definition } from "./definition.ts";
import { definitions } from "./definitions.ts";
import { exitCodes } from "./exit.ts";
import { optionText, settingsOf } from "./program.ts";

const introduction = `# Command line

Every command of \`praetor\`. This page is generated from the commands themselves, and a test holds the two equal.

In a checkout: \`npx praetor <command>\`. Every command has \`--help\`. Options that are settings can also be set in the environment and in
\`praetor.toml\`; see [settings](settings.md).
`;

function optionsOf(definition: Definition): string[] {
  const settings = settingsOf(definition).map((row) => {
    const value = row.setting.option?.startsWith("--no-") ? "" : " <value>";
    return `| \`${row.setting.option}${value}\` | ${optionText(row)} | \`${row.key}\` |`;
  });
  const flags = (definition.flags ?? []).map(({ option, description }) => `| \`${option}\` | ${description} | |`);
  const lines = [...settings, ...flags];
  return lines.length === 0 ? [] : ["| Option | What | Setting |", "|---|---|---|", ...lines, ""];
}

function describe(definition: Definition): string {
  const { words, operand, description, examples } = definition;
  const width = Math.max(...examples.map(({ line }) => line.length));
  return [
    `## praetor ${words}${operand === undefined ? "" : ` ${operand.form}`}`,
    "",
    description,
    ...(operand === undefined
      ? []
      : ["", `\`${operand.form}\`: ${operand.description}${operand.choices ? ` (${operand.choices.join(", ")})` : ""}`]),
    "",
    ...optionsOf(definition),
    "```sh",
    ...examples.map(({ line, does }) => `${line.padEnd(width)}  # ${does}`),
    "```",
    "",
  ].join("\n");
}

/** The text of docs/cli.md. */
export function cliDocument(): string {
  const codes = Object.values(exitCodes).map(({ code, meaning }) => `| ${code} | ${meaning} |`);
  const exits = ["## Exit codes", "", "| Code | Meaning |", "|---|---|", ...codes, ""].join("\n");
  return [introduction, ...definitions.map(describe), exits].join("\n");
}
