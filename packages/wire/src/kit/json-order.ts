export type JsonObject = Record<string, unknown>;

/** Sets a key as JSON.parse does: `__proto__` is a key like any other. */
export function setOwn(object: JsonObject, key: string, value: unknown): void {
  if (key === "__proto__") Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}

/** What JavaScript itself would enumerate in another order, and the order in which its keys were sent. */
interface Ordered {
  readonly object: JsonObject;
  readonly keys: readonly string[];
}

const orders = new WeakMap<object, Ordered>();

/**
 * The object, enumerating (and so printing) its keys as they were sent. JavaScript moves keys that look like positions to the front;
 * where that shows, the object is seen through a proxy. Who may meet many keys asks `inOrder`, since a proxy takes its time.
 */
export function objectInOrder<T extends JsonObject>(object: T, sent: readonly string[]): T {
  if (Object.keys(object).every((key, index) => key === sent[index])) return object;
  const proxy = new Proxy(object, { ownKeys: () => [...sent] });
  orders.set(proxy, { object, keys: sent });
  return proxy;
}

/** The same object without a proxy before it, and its keys in their order. */
export function inOrder(object: JsonObject): Ordered {
  return orders.get(object) ?? { object, keys: Object.keys(object) };
}

/** The JSON text of an object that is seen through a proxy; undefined for every other value. */
export function textInOrder(value: unknown, textOf: (value: unknown) => string): string | undefined {
  const ordered = typeof value === "object" && value !== null ? orders.get(value) : undefined;
  if (ordered === undefined) return undefined;
  const { object, keys } = ordered;
  return `{${keys.map((key) => `${JSON.stringify(key)}:${textOf(object[key])}`).join(",")}}`;
}
