/**
 * An object with these entries that enumerates, and so prints, them in this order. JavaScript moves keys that look like positions to
 * the front; where that would show, the object is seen through a proxy that lists the keys as they were sent.
 */
export function objectInOrder<T>(entries: ReadonlyMap<string, T>): Record<string, T> {
  const object = Object.fromEntries(entries);
  const sent = [...entries.keys()];
  if (Object.keys(object).every((key, index) => key === sent[index])) return object;
  return new Proxy(object, { ownKeys: () => sent });
}
