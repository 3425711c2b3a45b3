import { type Fragment, sql } from "../platform/database/index.ts";

/**
 * A pattern of label values: a shell glob (`*`, `?`, `[abc]`, `[!a-z]`), case-sensitive; a `!` in front turns it round.
 * One meaning in two forms, so that a stored event and a live one are judged alike.
 */
export interface Pattern {
  readonly negated: boolean;
  readonly tokens: readonly Token[];
}

type Token =
  | { readonly kind: "any" }
  | { readonly kind: "one" }
  | { readonly kind: "literal"; readonly character: string }
  | CharacterClass;

interface CharacterClass {
  readonly kind: "class";
  readonly negated: boolean;
  readonly ranges: readonly (readonly [from: string, to: string])[];
}

// A class needs a member and a closing bracket, which is itself a member when it comes first; otherwise the opening
// bracket is a character like any other.
const TOKEN = /\*+|\?|\[!(\][^\]]*|[^\]]+)\]|\[(\][^\]]*|[^\]!][^\]]*)\]|[^]/gu;
const MEMBER = /([^])-([^])|([^])/gu;

export function parsePattern(pattern: string): Pattern {
  const negated = pattern.startsWith("!");
  const glob = negated ? pattern.slice(1) : pattern;
  return { negated, tokens: [...glob.matchAll(TOKEN)].map(([text, others, members]) => tokenOf(text, others, members)) };
}

function tokenOf(text: string, others: string | undefined, members: string | undefined): Token {
  if (others !== undefined) return { kind: "class", negated: true, ranges: rangesOf(others) };
  if (members !== undefined) return { kind: "class", negated: false, ranges: rangesOf(members) };
  if (text.startsWith("*")) return { kind: "any" };
  return text === "?" ? { kind: "one" } : { kind: "literal", character: text };
}

/** Ranges that run backwards hold nothing. */
function rangesOf(members: string): CharacterClass["ranges"] {
  return [...members.matchAll(MEMBER)]
    .map(([, from, to, single = ""]) => [from ?? single, to ?? single] as const)
    .filter(([from, to]) => from <= to);
}

/** Whether the value fits. A missing value fits nothing, not even a negated pattern. */
export function fits(pattern: Pattern, value: string | undefined): boolean {
  return value !== undefined && globs(pattern.tokens, Array.from(value)) !== pattern.negated;
}

/**
 * On a mismatch only the last `*` takes one character more: at worst the product of both lengths, where a regular
 * expression of many `.*` would try every way to share the text among them.
 */
function globs(tokens: readonly Token[], characters: readonly string[]): boolean {
  let [position, token] = [0, 0];
  let [starToken, starPosition] = [-1, 0];
  while (position < characters.length) {
    const current = tokens[token];
    if (current?.kind === "any") {
      [starToken, starPosition] = [token, position];
      token += 1;
    } else if (current && takes(current, characters[position] ?? "")) {
      position += 1;
      token += 1;
    } else if (starToken >= 0) {
      starPosition += 1;
      [position, token] = [starPosition, starToken + 1];
    } else return false;
  }
  return tokens.slice(token).every(({ kind }) => kind === "any");
}

function takes(token: Token, character: string): boolean {
  switch (token.kind) {
    case "literal":
      return token.character === character;
    case "class":
      return token.ranges.some(([from, to]) => from <= character && character <= to) !== token.negated;
    default:
      return true;
  }
}

/** The same as SQL; null, and so not true, where the column is null. */
export function patternCondition(column: Fragment, { negated, tokens }: Pattern): Fragment {
  if (tokens.some(({ kind }) => kind === "class")) {
    const expression = `^${tokens.map(regularExpression).join("")}$`;
    return negated ? sql`${column} !~ ${expression}::text` : sql`${column} ~ ${expression}::text`;
  }
  const expression = tokens.map(likeExpression).join("");
  return negated ? sql`${column} not like ${expression}::text` : sql`${column} like ${expression}::text`;
}

function likeExpression(token: Token): string {
  if (token.kind === "any") return "%";
  if (token.kind !== "literal") return "_";
  return /[%_\\]/.test(token.character) ? `\\${token.character}` : token.character;
}

const NOTHING = "$.";

function regularExpression(token: Token): string {
  if (token.kind === "any") return ".*";
  if (token.kind === "one") return ".";
  if (token.kind === "literal") return escaped(token.character);
  if (token.ranges.length === 0) return token.negated ? "." : NOTHING;
  return `[${token.negated ? "^" : ""}${token.ranges.map(([from, to]) => `${escaped(from)}-${escaped(to)}`).join("")}]`;
}

/** PostgreSQL's expressions know `\UXXXXXXXX`, inside brackets too, so that no character is special. */
function escaped(character: string): string {
  if (/[\p{L}\p{N}]/u.test(character)) return character;
  return `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`;
}
