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

interface Assignment {
  readonly variable: string;
  readonly value: string;
  readonly line: number;
  /** Where the value stands in the text, its quotes included. */
  readonly start: number;
  readonly end: number;
}

/** @throws ReadError when a line is neither an assignment nor a comment, or a quote is not closed. */
function* assignmentsOf(text: string, file: string): Generator<Assignment> {
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
    const start = at + name[0].length;
    const { value, end, next } = readValue(text, start) ?? fail(file, line, "opens a quote that is never closed");
    at = next;
    yield { variable: name[1] ?? "", value, line, start, end };
  }
}

/**
 * Reads `NAME=value` lines as a shell does: bare, in single or in double quotes, which may go over several lines.
 *
 * @throws ReadError when a line is neither an assignment nor a comment, or a quote is not closed.
 */
export function readDotenv(text: string, file: string, set: SetBuilder): void {
  for (const { variable, value, line } of assignmentsOf(text, file)) {
    const place = placeOf(variable);
    if (place !== undefined) set.add({ ...place, value: Secret.of(value), position: { file, line } });
  }
}

/** Where a value stands in the text of its carrier, and what is to stand there. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The edits that give variables other values; a variable that the text does not have gets none. */
export function dotenvEdits(text: string, file: string, values: ReadonlyMap<string, Secret>): Edit[] {
  return [...assignmentsOf(text, file)].flatMap(({ variable, start, end }) => {
    const value = values.get(variable.toUpperCase());
    return value === undefined ? [] : [{ start, end, text: quoteValue(value.reveal()) }];
  });
}

/** The value that begins at `start`, where it ends and where the next line begins; undefined when a quote stays open. */
function readValue(text: string, start: number): { value: string; end: number; next: number } | undefined {
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
  return rest.test(text) ? { value, end: at, next: Math.max(rest.lastIndex, at + 1) } : undefined;
}

function fail(file: string, line: number, problem: string): never {
  throw new ReadError(`${file}, line ${line}, ${problem}.`, "Mend the line; `praetor secrets render env` shows the form.");
}
