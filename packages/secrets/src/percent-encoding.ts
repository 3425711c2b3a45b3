/** Every byte as it is written: RFC 3986's unreserved characters as they are, all others as `%` and upper-case hex. */
const written: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9\-._~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
});

/** Percent-encodes everything outside RFC 3986's unreserved characters, upper-case, over UTF-8. */
export function percentEncode(text: string): string {
  // Half of a surrogate pair has no UTF-8; encoding a replacement for it would change a password unseen.
  if (!text.isWellFormed()) throw new URIError("The text has half of a surrogate pair.");
  return percentEncodeBytes(Buffer.from(text));
}

/** Percent-encodes bytes that need not be text. */
export function percentEncodeBytes(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += written[byte];
  return text;
}

/** Undoes percent-encoding; `+` stays `+`. Undefined when an escape is cut, is not UTF-8 or stands for NUL. */
export function percentDecode(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text);
    return decoded.includes("\0") ? undefined : decoded;
  } catch {
    return undefined;
  }
}

/** Undoes `percentEncodeBytes`. Undefined when an escape is cut. */
export function percentDecodeBytes(text: string): Uint8Array | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  const parts = text
    .split(/(%[0-9A-Fa-f]{2})/)
    .map((part, index) => Buffer.from(index % 2 ? part.slice(1) : part, index % 2 ? "hex" : "utf8"));
  return Buffer.concat(parts);
}
