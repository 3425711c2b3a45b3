import { MAX_DEPTH } from "./json-reader.ts";

/** A number that a double may spoil, in a place where a number can stand. */
const SUSPECT_NUMBER = /[\s:,[]-?(?:[\d.]{16,}|\d+\.(?:\d*0|0{6}\d*)|\d[\d.]*[eE][-+]?\d+)(?=[\s,\]}])/;
/** A key that JavaScript takes for a position and moves to the front of its object. */
const POSITION_KEY = /"\d+"\s*:/;

/**
 * Whether JSON.parse might lose something of the text: a number's spelling, the order of keys, or safety (depth). May say so of text
 * that only looks it, never the other way round; whether it is JSON at all is not asked.
 */
export function needsCare(text: string): boolean {
  const first = text.charAt(0);
  const isDocument = first === "{" || first === "[";
  return !isDocument || SUSPECT_NUMBER.test(text) || POSITION_KEY.test(text) || nestsTooDeep(text);
}

/** Whether something in the text, if it is JSON, lies deeper than may be. */
export function nestsTooDeep(text: string): boolean {
  return opensMany(text) && isDeep(text);
}

/** Whether the text has more opening brackets than may be nested. */
function opensMany(text: string): boolean {
  let opened = 0;
  for (const open of ["{", "["]) {
    for (let index = text.indexOf(open); index >= 0; index = text.indexOf(open, index + 1)) if (++opened > MAX_DEPTH) return true;
  }
  return false;
}

function isDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 123 || code === 91) depth++;
    else if (code === 125 || code === 93) depth--;
    else if (code === 34) index = closingQuote(text, index + 1);
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

function closingQuote(text: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 34) return index;
    if (code === 92) index++;
  }
  return text.length;
}
