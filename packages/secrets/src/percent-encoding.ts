/** Percent-encodes everything outside RFC 3986's unreserved characters, upper-case, over UTF-8. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
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
