/** A piece of a value and where it begins, counted from 0. */
export interface Span {
  readonly text: string;
  readonly start: number;
}

/** The pieces of a connection string as they stand, nothing decoded. */
export interface Anatomy {
  readonly scheme: Span;
  readonly user: Span;
  /** Undefined when there is no colon after the user. */
  readonly password: Span | undefined;
  readonly host: Span;
  readonly port: Span | undefined;
  readonly database: Span | undefined;
  readonly query: Span | undefined;
}

/**
 * Takes a connection string apart that may be broken, so that its fault can be named; strings that are to be used are read by
 * `parseConnectionString` alone. A raw `@`, `/` or `:` in the password stays in the password: the last `@` ends it.
 */
export function anatomyOf(text: string): Anatomy | undefined {
  const form =
    /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(?:([^:@]*)(?::([^]*))?@)?(\[[^\]]*\]|[^:/?@]*)(?::([^/?@]*))?(?:\/([^?@]*))?(?:\?([^@]*))?$/d;
  const found = form.exec(text);
  const indices = found?.indices;
  if (found === null || indices === undefined) return undefined;
  const span = (group: number): Span | undefined => {
    const [piece, place] = [found[group], indices[group]];
    return piece === undefined || place === undefined ? undefined : { text: piece, start: place[0] };
  };
  const nothing: Span = { text: "", start: text.indexOf("://") + 3 };
  return {
    scheme: span(1) ?? nothing,
    user: span(2) ?? nothing,
    password: span(3),
    host: span(4) ?? nothing,
    port: span(5),
    database: span(6),
    query: span(7),
  };
}
