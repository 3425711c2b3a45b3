import { apiError, type ApiError } from "../errors.ts";

/** One mounted path with the methods that it takes. */
interface Mounted {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

export const UUID_PATTERN = "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}";

/** What to say of a request that no route took: the other slash, another method, or nothing at all. */
export type Miss = { readonly kind: "redirect"; readonly path: string } | { readonly kind: "error"; readonly error: ApiError };

/**
 * The paths that exist, for requests that no route took. It is read only on a miss, so a scan is good enough.
 */
export class PathTable {
  readonly #mounted = new Map<string, Mounted>();

  add(method: string, path: string, uuidParams: ReadonlySet<string>): void {
    const source = path
      .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
      .replace(/\{(\w+)\}/g, (_, name: string) => (uuidParams.has(name) ? UUID_PATTERN : "[^/]+"));
    const mounted = this.#mounted.get(source) ?? { pattern: new RegExp(`^${source}$`), methods: new Set<string>() };
    mounted.methods.add(method);
    this.#mounted.set(source, mounted);
  }

  #methodsOf(path: string): string[] {
    return [...this.#mounted.values()].filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => [...methods]);
  }

  miss(path: string): Miss {
    const methods = this.#methodsOf(path);
    if (methods.length > 0) {
      return { kind: "error", error: apiError("method_not_allowed", undefined, { allow: [...new Set(methods)].join(", ") }) };
    }
    const other = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
    if (this.#methodsOf(other).length > 0) return { kind: "redirect", path: other };
    return { kind: "error", error: apiError("not_found") };
  }
}
