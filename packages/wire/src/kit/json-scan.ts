import { isInexact } from "./json-number.ts";

/** Nesting beyond this is refused: every later walk over the value may then recurse safely. */
export const MAX_DEPTH = 512;

const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;

/**
 * Whether JSON.parse would lose something of the text: a number's spelling, the order of keys that look like positions, or safety
 * (depth). Says nothing about whether the text is JSON. One look at each character; strings are skipped.
 */
export function needsCare(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      const end = stringEnd(text, index + 1);
      if (isDigit(text.charCodeAt(index + 1)) && isPositionKey(text, index + 1, end)) return true;
      index = end;
    } else if (code === 123 || code === 91) {
      if (++depth > MAX_DEPTH) return true;
    } else if (code === 125 || code === 93) {
      depth--;
    } else if (isDigit(code)) {
      const end = numberEnd(text, index);
      if (isInexact(text.slice(index, end))) return true;
      index = end - 1;
    }
  }
  return false;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Where the string that starts after a quote ends: the position of its closing quote. */
function stringEnd(text: string, start: number): number {
  let index = start;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index;
    index += code === BACKSLASH ? 2 : 1;
  }
  return index;
}

function numberEnd(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    const isPart = isDigit(code) || code === 46 || code === 43 || code === 45 || (code | 32) === 101;
    if (!isPart) break;
    index++;
  }
  return index;
}

/** Whether text[start, end) is a key of digits only, which JavaScript would move to the front of its object. */
function isPositionKey(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index++) if (!isDigit(text.charCodeAt(index))) return false;
  let after = end + 1;
  while (" \t\n\r".includes(text.charAt(after)) && after < text.length) after++;
  return text.charCodeAt(after) === COLON;
}
