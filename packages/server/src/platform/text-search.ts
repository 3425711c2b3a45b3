import { type Fragment, sql } from "./database/index.ts";
import { combine, type Condition, every } from "./filter/index.ts";

/** A text query taken apart; all terms are substrings, in any case. */
export interface TextSearch {
  /** One of these must occur, if there are any. */
  readonly include: readonly string[];
  /** None of these may occur. */
  readonly exclude: readonly string[];
  /** All of these must occur. */
  readonly required: readonly string[];
}

// An operator before a blank; or an optional operator and a phrase (which the end of the query may close) or a word.
const TERM = /[-!+](?=\s|$)|([-!+]?)(?:"((?:\\["\\]|[^"])*)(?:"|$)|([^\s"]+))/g;

/**
 * Reads the query language of logs and events: words and "phrases" are alternatives, `-` or `!` before one excludes
 * it, `+` requires it; `\"` and `\\` in a phrase stand for themselves.
 */
export function parseTextSearch(query: string): TextSearch {
  const search = { include: [] as string[], exclude: [] as string[], required: [] as string[] };
  for (const [, operator, phrase, word] of query.matchAll(TERM)) {
    const term = (word ?? phrase?.replace(/\\(["\\])/g, "$1") ?? "").toLowerCase();
    if (term.trim() === "") continue;
    if (operator === "+") search.required.push(term);
    else if (operator) search.exclude.push(term);
    else search.include.push(term);
  }
  return search;
}

/** Whether the text is what the query asks for. */
export function matchesText(search: TextSearch, text: string): boolean {
  const { include, exclude, required } = search;
  const haystack = text.toLowerCase();
  const occurs = (term: string) => haystack.includes(term);
  return (include.length === 0 || include.some(occurs)) && !exclude.some(occurs) && required.every(occurs);
}

/** The same as SQL over a text expression; undefined for a query without terms. */
export function textCondition(search: TextSearch, text: Fragment): Condition {
  const occurs = (term: string) => sql`position(${term}::text in lower(${text})) > 0`;
  const absent = (term: string) => sql`position(${term}::text in lower(${text})) = 0`;
  const conditions = [...search.required.map(occurs), ...search.exclude.map(absent)];
  if (search.include.length > 0) conditions.push(combine("or_", search.include.map(occurs)));
  return conditions.length > 0 ? every(conditions) : undefined;
}
