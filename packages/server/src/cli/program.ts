import { Argument, Command, CommanderError, Option } from "commander";
import { type Row, rows, SettingsError } from "../platform/config/index.ts";
import type { Definition, Given } from "./definition.ts";
import { definitions } from "./definitions.ts";
import { CommandError, type Outcome } from "./exit.ts";
import type { Terminal } from "./terminal.ts";

const groups: Readonly<Record<string, string>> = {
  server: "run the server",
  database: "look after the databases",
  config: "look at the settings",
  secrets: "make, check and deliver the Secrets of an installation",
  service: "look at the services",
};

/** Builds the commands; nothing runs yet. `outcome` is told how the command that was typed ended. */
export function buildProgram(terminal: Terminal, outcome: (outcome: Outcome) => void): Command {
  const program = new Command("praetor")
    .description("A self-managed workflow-orchestration platform for Prefect 3 clients.")
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text.trimEnd()), writeErr: (text) => terminal.error(text.trimEnd()) });
  for (const definition of definitions) add(program, definition, terminal, outcome);
  for (const command of program.commands) command.exitOverride();
  return program;
}

function add(program: Command, definition: Definition, terminal: Terminal, outcome: (outcome: Outcome) => void): void {
  const words = definition.words.split(" ");
  const command = groupOf(program, words.slice(0, -1)).command(words.at(-1) ?? "");
  command.summary(definition.summary).description(definition.description);
  const { operand } = definition;
  if (operand) command.addArgument(argumentOf(operand));
  for (const row of settingsOf(definition)) command.addOption(optionOf(row));
  for (const flag of definition.flags ?? []) command.option(flag.option, flag.description.replaceAll("`", ""));
  command.allowExcessArguments(false).addHelpText("after", examplesOf(definition));
  command.action(async () => {
    const { run } = await definition.load();
    outcome(await run(terminal, givenTo(command, definition)));
  });
}

function argumentOf({ form, choices, description }: NonNullable<Definition["operand"]>): Argument {
  const argument = new Argument(form, description.replaceAll("`", ""));
  return choices === undefined ? argument : argument.choices(choices);
}

function groupOf(program: Command, words: readonly string[]): Command {
  const [word] = words;
  if (word === undefined) return program;
  const known = program.commands.find((command) => command.name() === word);
  return known ?? program.command(word).description(groups[word] ?? "");
}

/** The settings that a command takes, in the order in which it names them. */
export function settingsOf(definition: Definition): Row[] {
  return definition.settings.flatMap((option) => rows.filter((row) => row.setting.option === option));
}

/** What an option does: one that begins with `--no-` turns its setting off. */
export function optionText({ setting }: Row): string {
  const { option, description } = setting;
  return option?.startsWith("--no-") ? `Do not ${description.charAt(0).toLowerCase()}${description.slice(1)}` : description;
}

function optionOf(row: Row): Option {
  const { setting } = row;
  const option = setting.option ?? "";
  const text = optionText(row).replace(/\.$/, "").replaceAll("`", "");
  if (option.startsWith("--no-")) return new Option(option, text);
  return new Option(`${option} <value>`, `${text} (default: ${setting.defaultText})`);
}

function examplesOf({ examples }: Definition): string {
  const width = Math.max(...examples.map(({ line }) => line.length));
  return ["", "Examples:", ...examples.map(({ line, does }) => `  ${line.padEnd(width)}  # ${does}`)].join("\n");
}

function givenTo(command: Command, definition: Definition): Given {
  const settings: Record<string, string> = {};
  const options: Record<string, string> = {};
  const flags = new Set<string>();
  for (const option of command.options) {
    const name = option.attributeName();
    if (option.long === undefined || option.long === null || command.getOptionValueSource(name) !== "cli") continue;
    const value: unknown = command.getOptionValue(name);
    if (definition.settings.includes(option.long)) settings[option.long] = String(value);
    else if (value === true) flags.add(option.long);
    else options[option.long] = String(value);
  }
  return { settings, flags, options, operands: command.args };
}

/** Runs what was typed. Everything that a command throws becomes lines on standard error and an outcome, here and nowhere else. */
export async function runProgram(terminal: Terminal, words: readonly string[]): Promise<Outcome> {
  let outcome: Outcome = "success";
  try {
    await buildProgram(terminal, (reached) => void (outcome = reached)).parseAsync(words, { from: "user" });
    return outcome;
  } catch (error) {
    const reached = explain(terminal, error);
    // In this group 2 means findings, and a slip of the keyboard must not look like one to a pipeline.
    return words[0] === "secrets" && reached === "usage" ? "failure" : reached;
  }
}

function explain(terminal: Terminal, error: unknown): Outcome {
  // Commander has already written its own message; help that was asked for ends with code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? "success" : "usage";
  if (error instanceof SettingsError) {
    for (const problem of error.problems) terminal.error(`praetor: ${problem}`);
    return "usage";
  }
  if (error instanceof CommandError) {
    terminal.error(`praetor: ${error.message}`);
    if (error.remedy !== undefined) terminal.error(`  ${error.remedy}`);
    return error.outcome;
  }
  terminal.error(`praetor: unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return "failure";
}
