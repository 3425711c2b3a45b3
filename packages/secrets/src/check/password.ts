import { percentDecode, percentEncode } from "../percent-encoding.ts";
import type { Secret } from "../secret.ts";
import type { Anatomy, Span } from "./anatomy.ts";
import type { Diagnosis } from "./finding.ts";

const rule = "Percent-encode everything but A-Z a-z 0-9 - . _ ~, once, over UTF-8, with upper-case hex";
const remedy = `${rule}; \`praetor secrets render\` does.`;
const mustBeEncoded = /[^A-Za-z0-9\-._~%]|%(?![0-9A-Fa-f]{2})/;

/** What is wrong with the password of a connection string. Without `expected`, only its form is judged. */
export function diagnosePassword({ password }: Anatomy, expected: Secret | undefined, whose: string): Diagnosis | undefined {
  if (password === undefined || password.text === "") return missing(whose);
  const right = expected?.reveal();
  if (right !== undefined && password.text === percentEncode(right)) return undefined;
  return diagnoseForm(password, right) ?? diagnoseText(password, right, whose);
}

function missing(whose: string): Diagnosis {
  const message = `The connection string has no password; ${whose}'s belongs between \`:\` and \`@\`.`;
  return { code: "password_missing", message, remedy: "Put it in, percent-encoded." };
}

/** Faults of encoding, which show in the text itself or in how it becomes the right one. */
function diagnoseForm(password: Span, right: string | undefined): Diagnosis | undefined {
  const { text } = password;
  const [offence] = mustBeEncoded.exec(text) ?? [];
  const decoded = percentDecode(text);
  if (isPlusForSpace(text, right)) return plus(password);
  if (offence !== undefined && text !== right && /%[0-9A-Fa-f]{2}/.test(text) && decoded !== undefined)
    return half(password, right);
  if (offence !== undefined) return unencoded(password);
  if (right === undefined || decoded === undefined) return undefined;
  if (decoded !== right && unfold(decoded) === right) return twice(password);
  return decoded === right ? notCanonical(password) : undefined;
}

/** A correct writer puts `%2B` for a plus, so a plus can only be a form's way of writing a space. */
function isPlusForSpace(text: string, right: string | undefined): boolean {
  if (!text.includes("+")) return false;
  return right === undefined
    ? /%[0-9A-Fa-f]{2}/.test(text) || !mustBeEncoded.test(text.replaceAll("+", ""))
    : right.includes(" ") && percentDecode(text.replaceAll("+", "%20")) === right;
}

/** Decodes until nothing is left to decode. */
function unfold(text: string): string {
  const decoded = percentDecode(text);
  return decoded === undefined || decoded === text ? text : unfold(decoded);
}

function place(password: Span, pattern: RegExp): string {
  const at = Math.max(password.text.search(pattern), 0);
  return `character ${password.start + at + 1} of the value, ${at + 1} of the password`;
}

function plus(password: Span): Diagnosis {
  const message = `A space in the password is written as \`+\` (${place(password, /\+/)}); a connection string takes it for a plus.`;
  return {
    code: "plus_for_space",
    message,
    remedy: 'Write %20: in a template `urlquery | replace "+" "%20"`, in Python `quote(password, safe="")`.',
  };
}

function half(password: Span, right: string | undefined): Diagnosis {
  const byBrowser = right === undefined || password.text === encodeURIComponent(right);
  const by = byBrowser ? " as `encodeURIComponent` leaves them (! ' ( ) *)" : "";
  const message = `The password is encoded only in part${by}: ${place(password, mustBeEncoded)}, must be encoded too.`;
  return { code: "password_half_encoded", message, remedy };
}

function unencoded(password: Span): Diagnosis {
  const message = `The password is not percent-encoded: ${place(password, mustBeEncoded)}, cuts the string in the wrong place or changes the password.`;
  return { code: "password_not_encoded", message, remedy };
}

function twice(password: Span): Diagnosis {
  const message = `The password is percent-encoded twice: \`%25\` (${place(password, /%25/)}) stands where \`%\` should.`;
  return { code: "password_encoded_twice", message, remedy: "Encode it once, from the password as it is." };
}

function notCanonical(password: Span): Diagnosis {
  const message = `The password is encoded in an unusual way (lower-case hex, or characters that need none; ${place(password, /%[0-9A-Fa-f]?[a-f]|%[2-7][0-9A-Fa-f]/)}); it is read, but compares unequal to the other keys.`;
  return { code: "encoding_not_canonical", message, remedy };
}

function diagnoseText(password: Span, right: string | undefined, whose: string): Diagnosis | undefined {
  if (right === undefined) return undefined;
  const decoded = percentDecode(password.text);
  if (decoded === undefined) {
    const message = `The password has an escape that is no UTF-8 text (${place(password, /%/)}).`;
    return { code: "password_differs", message, remedy };
  }
  // Without its % signs, an encoding is text that no decoding touches.
  if (right !== percentEncode(right) && password.text === percentEncode(right).replaceAll("%", "")) {
    return { code: "password_differs", message: "The password has lost its `%` signs.", remedy };
  }
  const lengths = `${decoded.length} characters, where the others have ${right.length}`;
  const message = `The password is not the one that ${whose} has elsewhere in the set (${lengths}); whoever reads this key cannot log in.`;
  return {
    code: "password_differs",
    message,
    remedy: "Use one password for all keys of the user; `praetor secrets render` writes them alike.",
  };
}
