export type JsonObject = Record<string, unknown>;

/** Sets a key as JSON.parse does: `__proto__` is a key like any other. */
export function setOwn(object: JsonObject, key: string, value: unknown): void {
  if (key === "__proto__") Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}

/** Objects with more keys than this keep their values but not, where keys look like positions, their order: the proxy is slow. */
const MOST_ORDERED_KEYS = 10_000;

/**
 * The object, enumerating (and so printing) its keys as they were sent. JavaScript moves keys that look like positions to the front;
 * where that shows, the object is seen through a proxy.
 */
export function objectInOrder<T extends object>(object: T, sent: readonly string[]): T {
  if (sent.length > MOST_ORDERED_KEYS || Object.keys(object).every((key, index) => key === sent[index])) return object;
  return new Proxy(object, { ownKeys: () => [...sent] });
}
