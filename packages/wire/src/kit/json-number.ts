/** A number whose text says more than a double keeps: 1.0, 1e2, 12345678901234567890. JSON.stringify writes it as it was. */
export interface ExactNumber {
  readonly rawJSON: string;
}

/** ECMAScript 2026, in Node since 21; the compiler's library does not declare it yet. */
declare global {
  interface JSON {
    rawJSON(text: string): ExactNumber;
    isRawJSON(value: unknown): value is ExactNumber;
  }
}

/** Whether the number would come back from JSON.stringify as another text. */
export function isInexact(source: string): boolean {
  if (source.length < 16 && !/[.eE]/.test(source)) return false;
  return String(Number(source)) !== source;
}

/** The number of a JSON token: a double where that loses nothing. */
export function numberOf(source: string): number | ExactNumber {
  return isInexact(source) ? JSON.rawJSON(source) : Number(source);
}

/** An ExactNumber as the text that Python tells integers from floats by; undefined for every other value. */
export function exactSource(input: unknown): string | undefined {
  return JSON.isRawJSON(input) ? input.rawJSON : undefined;
}

/** Whether Python reads the token as a float. */
export function isFloatSource(source: string): boolean {
  return /[.eE]/.test(source);
}

/** A JSON object: not an array, not an exact number. */
export function isObject(input: unknown): input is Record<string, unknown> {
  return typeof input === "object" && input !== null && !Array.isArray(input) && !("rawJSON" in input && JSON.isRawJSON(input));
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
