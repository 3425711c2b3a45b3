import { Secret } from "../secret.ts";
import { ReadError } from "./read-error.ts";
import type { SetBuilder } from "./secret-set.ts";

/** The variable of a key: `orion-user-connection-strings`, `scheduler` -> `ORION_USER_CONNECTION_STRINGS__SCHEDULER`. */
export function variableName(object: string, key: string): string {
  return `${object}__${key}`.toUpperCase().replaceAll("-", "_");
}

/** The Secret and key that a variable stands for; undefined for other variables. */
function placeOf(variable: string): { object: string; key: string } | undefined {
  const [object, key, ...rest] = variable.toLowerCase().replaceAll("_", "-").split("--");
  return object === undefined || key === undefined || rest.length > 0 ? undefined : { object, key };
}

/** A value as a shell and the usual dotenv readers take it: bare where nothing needs quotes, else in single quotes. */
export function quoteValue(value: string): string {
  return /^[A-Za-z0-9_./:@%+=,~-]*$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

const assignment = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=/;

/**
 * Reads `NAME=value` lines as a shell does: bare, in single or in double quotes, which may go over several lines.
 *
 * @throws ReadError when a line is neither an assignment nor a comment, or a quote is not closed.
 */
export function readDotenv(text: string, file: string, set: SetBuilder): void {
  let at = 0;
  while (at < text.length) {
    const line = text.slice(0, at).split("\n").length;
    const rest = text.slice(at);
    const blank = /^[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/.exec(rest);
    if (blank !== null && blank[0] !== "") {
      at += blank[0].length;
      continue;
    }
    const name = assignment.exec(rest) ?? fail(file, line, "is neither NAME=value nor a comment");
    const { value, end } = readValue(text, at + name[0].length) ?? fail(file, line, "opens a quote that is never closed");
    at = end;
    const place = placeOf(name[1] ?? "");
    if (place !== undefined) set.add({ ...place, value: Secret.of(value), position: { file, line } });
  }
}

/** The value that begins at `start` and where its line ends; undefined when a quote stays open. */
function readValue(text: string, start: number): { value: string; end: number } | undefined {
  let value = "";
  let at = start;
  const part = /'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^\s'"\\]+)/y;
  for (;;) {
    part.lastIndex = at;
    const found = part.exec(text);
    if (found === null) break;
    value += found[1] ?? found[2]?.replace(/\\(["\\$`])/g, "$1") ?? found[3] ?? found[4] ?? "";
    at = part.lastIndex;
  }
  const rest = /(?:[ \t]+[^\n]*|\r)?(?:\n|$)/y;
  rest.lastIndex = at;
  return rest.test(text) ? { value, end: Math.max(rest.lastIndex, at + 1) } : undefined;
}

function fail(file: string, line: number, problem: string): never {
  throw new ReadError(`${file}, line ${line}, ${problem}.`, "Mend the line; `praetor secrets render env` shows the form.");
}
