import { type Event, JsonText, parseJson, type Parsed, type Schema } from "@praetor/wire";

const [SPACE, QUOTE, COMMA, COLON, BACKSLASH] = [32, 34, 44, 58, 92];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];
const PAYLOAD = '"payload"';

/**
 * Reads the text of one event. Most of it is the payload, which nobody here looks into: it is checked and kept as a piece of
 * the text. Only what is around it is parsed.
 *
 * @throws JsonSyntaxError, JsonRefused
 */
export function readEvent(text: string, schema: Schema<Event>): Parsed<Event> {
  const [start, end] = payloadOf(text) ?? [0, 0];
  if (start === 0) return schema.parse(parseJson(text));
  const payload = JsonText.read(text.slice(start, end));
  const parsed = schema.parse(parseJson(`${text.slice(0, start)}{}${text.slice(end)}`));
  if (parsed.ok) parsed.value.payload = payload;
  return parsed;
}

/** Where the payload of an event is, if that is an object and the text looks like JSON as far as one must look. */
function payloadOf(text: string): [start: number, end: number] | undefined {
  let found: [number, number] | undefined;
  let index = skipSpace(text, 0);
  if (text.charCodeAt(index) !== OPEN_OBJECT) return undefined;
  do {
    const key = skipSpace(text, index + 1);
    if (text.charCodeAt(key) !== QUOTE) return undefined;
    const afterKey = skipString(text, key);
    // An escape may spell anything.
    if (text.slice(key, afterKey).includes("\\")) return undefined;
    const colon = skipSpace(text, afterKey);
    if (text.charCodeAt(colon) !== COLON) return undefined;
    const start = skipSpace(text, colon + 1);
    const end = skipValue(text, start);
    if (afterKey - key === PAYLOAD.length && text.startsWith(PAYLOAD, key)) {
      // Of two payloads the last counts, as everywhere; let the parser see to that.
      if (found || text.charCodeAt(start) !== OPEN_OBJECT) return undefined;
      found = [start, end];
    }
    index = skipSpace(text, end);
  } while (text.charCodeAt(index) === COMMA);
  return found;
}

function skipSpace(text: string, from: number): number {
  let index = from;
  while (text.charCodeAt(index) <= SPACE) index += 1;
  return index;
}

/** The position after the string that begins here; the end of the text when it does not end. */
function skipString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end + 1;
  }
  return text.length;
}

function skipValue(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (first === QUOTE) return skipString(text, from);
  let index = from;
  for (let depth = 0; index < text.length; ) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      index = skipString(text, index);
      continue;
    }
    if (code === OPEN_OBJECT || code === OPEN_LIST) depth += 1;
    else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth -= 1;
    if (depth < 0 || (depth === 0 && code === COMMA)) return index;
    index += 1;
    if (depth === 0 && (code === CLOSE_OBJECT || code === CLOSE_LIST)) return index;
  }
  return index;
}
