/** A value as JSON has it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * One request of a sequence. Texts that begin with `@` stand for what only a run of the sequence knows: `@flow/2` for
 * the third flow that it made, `@time/-1` for a moment one hour before its base, `@missing` for an id of nothing.
 */
export interface Call {
  readonly method: string;
  /** As OpenAPI writes it. */
  readonly path: string;
  readonly params?: Readonly<Record<string, Json>>;
  readonly query?: Readonly<Record<string, Json>>;
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

export const operationOf = ({ method, path }: Call): string => `${method} ${path}`;

/** What a server answered. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  /** Parsed where it is JSON, else text. */
  readonly body: Json;
  readonly retryAfter: boolean;
}

export function isObject(value: unknown): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value where it is a text, else none. */
export const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");
