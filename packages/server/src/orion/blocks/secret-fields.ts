import { type Tree, type TreeObject, textOf } from "./json-tree.ts";

/** What stands in for a secret, whatever its type and length. */
export const OBFUSCATED = "********";

/** Paths to secrets as a block schema lists them: `password`, `credentials.token`, `headers.*`. */
export class SecretFields {
  readonly #paths: readonly (readonly string[])[];

  /** `declared` is the schema's `secret_fields`; whatever in it is not a text names nothing. */
  constructor(declared: Tree | undefined) {
    const listed = Array.isArray(declared) ? declared.map(textOf) : [];
    this.#paths = listed.filter((path) => path !== undefined).map((path) => path.split("."));
  }

  /** Whether a top-level field is secret or holds a secret. */
  touches(field: string): boolean {
    return this.#paths.some(([head]) => head === field || head === "*");
  }

  /** The data with every secret replaced; null secrets stay null, since "unset" is no secret. */
  obfuscate(data: TreeObject): TreeObject {
    return new Map([...data].map(([key, value]) => [key, hideUnder(value, below(this.#paths, key))]));
  }

  /** What a caller sent back, with each placeholder replaced by the secret it stood for in `stored`. */
  restore(sent: TreeObject, stored: TreeObject): TreeObject {
    return new Map([...sent].map(([key, value]) => [key, showUnder(value, stored.get(key), below(this.#paths, key))]));
  }
}

type Paths = readonly (readonly string[])[];

function below(paths: Paths, key: string): Paths {
  return paths.filter(([head]) => head === key || head === "*").map((path) => path.slice(1));
}

const endsHere = (paths: Paths): boolean => paths.some((path) => path.length === 0);

function hideUnder(tree: Tree, paths: Paths): Tree {
  if (paths.length === 0) return tree;
  if (endsHere(paths)) return hide(tree);
  if (Array.isArray(tree)) return tree.map((item) => hideUnder(item, paths));
  if (tree instanceof Map) return new Map([...tree].map(([key, value]) => [key, hideUnder(value, below(paths, key))]));
  return tree;
}

/** An object keeps its shape, so that the hidden form still fits the schema; a list is one secret. */
function hide(tree: Tree): Tree {
  if (tree instanceof Map) return new Map([...tree].map(([key, value]) => [key, hide(value)]));
  return tree === null ? null : OBFUSCATED;
}

function showUnder(sent: Tree, stored: Tree | undefined, paths: Paths): Tree {
  if (paths.length === 0 || stored === undefined) return sent;
  if (sent === OBFUSCATED && endsHere(paths)) return stored;
  const inner = (key: string): Paths => (endsHere(paths) ? paths : below(paths, key));
  if (Array.isArray(sent) && Array.isArray(stored)) {
    return sent.map((item, position) => showUnder(item, stored[position], paths));
  }
  if (sent instanceof Map && stored instanceof Map) {
    return new Map([...sent].map(([key, value]) => [key, showUnder(value, stored.get(key), inner(key))]));
  }
  return sent;
}
