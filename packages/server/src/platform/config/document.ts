import { type Row, rows } from "./rows.ts";
import { fileVariable } from "./sources.ts";

const introduction = `# Settings

Every setting of the server. This page is generated from the declaration that the server itself reads, and a test holds the two equal.

A setting is taken from the first of these that has it:

1. the command line, where the setting has an option;
2. the environment, under any of its names (the first one listed wins). An empty variable counts as not set;
   What is secret can also be in a file that the variable \`PRAETOR_<NAME>_FILE\` names;
3. \`praetor.toml\` in the current folder, or the file that \`${fileVariable}\` names;
4. its default.

The name is the key in \`praetor.toml\`: \`api.port\` is \`port\` in the section \`[api]\`. An unknown key, an unknown variable that begins with
\`PRAETOR_\` and a value of the wrong kind refuse the start, each with the name that was probably meant. Names that begin with \`PREFECT_\` are
those of Prefect's own server: a configuration that exists keeps working, and a variable of its that changes nothing here is a warning.
Lengths of time are seconds, or \`1:00:00\`, \`7 00:00:00\`, \`PT1H\`.

\`praetor config show\` prints the effective values and where each came from; secrets print as \`[secret]\`.
`;

const code = (text: string): string => `\`${text}\``;

function describeRow({ key, environment, setting }: Row): string {
  const from = setting.option === undefined ? [] : [`Option: ${code(setting.option)}.`];
  return [
    `### ${key}`,
    "",
    setting.description,
    "",
    `- Kind: ${setting.kind.label}${setting.isSecret ? "; what is secret in it is never shown" : ""}.`,
    `- Default: ${setting.defaultText === "" ? "none" : code(setting.defaultText)}.`,
    ...from.map((line) => `- ${line}`),
    `- Environment: ${environment.map(code).join(", ")}.`,
    "",
  ].join("\n");
}

/** The text of docs/settings.md. */
export function settingsDocument(): string {
  const sections = new Map<string, Row[]>();
  for (const row of rows) {
    const name = row.path.length === 1 ? "" : row.key.slice(0, row.key.lastIndexOf("."));
    sections.set(name, [...(sections.get(name) ?? []), row]);
  }
  const parts = [...sections].map(([name, members]) =>
    [name === "" ? "## The installation" : `## [${name}]`, "", ...members.map(describeRow)].join("\n"),
  );
  return [introduction, ...parts].join("\n");
}
