/** The commands of the client, as it has them itself, and which of them the titles of the scenarios say that they play. */
import { Client } from "./harness/client.ts";

/** A command by all its names, the first one first; the subcommand without a name is the command itself. */
export interface Command {
  readonly names: readonly string[];
  readonly subcommands: readonly string[];
}

/** What no scenario plays, a command with all that is below it or a single subcommand, and why. */
export const UNPLAYED: Readonly<Record<string, string>> = {
  automation: "automations are not there yet",
  "block create": "only prints the address of a page of the original's dashboard",
  cloud: "speaks to Prefect Cloud",
  dashboard: "opens a browser",
  "deploy init": "writes files of the client, and asks no server",
  dev: "builds the client itself",
  experimental: "changes with every version",
  init: "writes files of the client, and asks no server",
  plugins: "looks at the client itself",
  profile: "changes files of the client, and asks no server",
  server: "starts the server of the original",
  "shell serve": "serves a flow, as `prefect flow serve` does",
  transfer: "copies automations too, which are not there yet",
};

/** Asks the client. */
export async function readCommands(): Promise<Command[]> {
  const client = new Client("3.8.3", "http://127.0.0.1:1/api");
  try {
    const { stdout, stderr } = await client.start(["commands.py"]).finished;
    if (!stdout) throw new Error(stderr);
    return JSON.parse(stdout) as Command[];
  } finally {
    await client.close();
  }
}

/** What a title says that is played: `prefect gcl create, ls and delete` are three subcommands of one command. */
export function playedBy(title: string, commands: readonly Command[]): string[] {
  return title
    .split(/\bprefect /)
    .slice(1)
    .flatMap((words) => spokenIn(words, commands));
}

function spokenIn(words: string, commands: readonly Command[]): string[] {
  const named = commands.flatMap((command) => command.names.map((name) => ({ name, command })));
  const fitting = named.filter(({ name }) => beginsWith(words, name)).sort((a, b) => b.name.length - a.name.length);
  const [longest] = fitting;
  if (longest === undefined) return [];
  const { command } = longest;
  const listed = listedIn(words.slice(longest.name.length).trimStart(), command.subcommands);
  return (listed.length > 0 ? listed : [""]).map((subcommand) => full(command, subcommand));
}

/** The subcommands that a text begins with, joined by commas and `and`. */
function listedIn(words: string, subcommands: readonly string[]): string[] {
  const found = subcommands.find((each) => each !== "" && beginsWith(words, each));
  if (found === undefined) return [];
  const rest = words.slice(found.length);
  const joined = /^(?:, and |, | and )/.exec(rest)?.[0];
  return [found, ...(joined === undefined ? [] : listedIn(rest.slice(joined.length), subcommands))];
}

const beginsWith = (words: string, word: string): boolean => words.startsWith(word) && !/^[\w-]/.test(words.slice(word.length));

/** The whole of a subcommand, as it is typed after `prefect`. */
export const full = ({ names: [name = ""] }: Command, subcommand: string): string => `${name} ${subcommand}`.trim();

/** Why a subcommand is not played; undefined where no reason is given. */
export function reasonOf(typed: string): string | undefined {
  return Object.entries(UNPLAYED).find(([prefix]) => beginsWith(typed, prefix))?.[1];
}
