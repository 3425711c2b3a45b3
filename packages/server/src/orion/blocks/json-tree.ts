/**
 * JSON as data that can be taken apart and put together again without loss: numbers keep the text they came with,
 * objects keep their key order. A document of a block is the user's; 1.0 and 2^64 must come out as they went in.
 */
export type Tree = null | boolean | string | NumberText | Tree[] | TreeObject;
export type TreeObject = Map<string, Tree>;

/** A number as it was spelled. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const SPACE = /[ \t\n\r]*/y;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[[\]{},:]/y;

/** Reads text that is known to be JSON (parsed before, or read from a json column). */
export function parseTree(text: string): Tree {
  return new TreeReader(text).value();
}

class TreeReader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): Tree {
    const token = this.#next();
    if (token === "{") return this.#object();
    if (token === "[") return this.#list();
    if (token === "true" || token === "false") return token === "true";
    if (token === "null") return null;
    return token.startsWith('"') ? stringOf(token) : new NumberText(token);
  }

  #object(): TreeObject {
    const object: TreeObject = new Map();
    for (let token = this.#next(); token !== "}"; token = this.#next()) {
      if (token === ",") continue;
      this.#next();
      object.set(stringOf(token), this.value());
    }
    return object;
  }

  #list(): Tree[] {
    const list: Tree[] = [];
    for (;;) {
      const before = this.#position;
      const token = this.#next();
      if (token === "]") return list;
      if (token === ",") continue;
      this.#position = before;
      list.push(this.value());
    }
  }

  #next(): string {
    SPACE.lastIndex = this.#position;
    SPACE.exec(this.#text);
    TOKEN.lastIndex = SPACE.lastIndex;
    const match = TOKEN.exec(this.#text);
    if (match === null) throw new SyntaxError(`not JSON at character ${SPACE.lastIndex}`);
    this.#position = TOKEN.lastIndex;
    return match[0];
  }
}

const stringOf = (token: string): string => JSON.parse(token) as string;

/** The tree as JSON text without spaces. */
export function writeTree(tree: Tree): string {
  if (tree instanceof NumberText) return tree.text;
  if (Array.isArray(tree)) return `[${tree.map(writeTree).join(",")}]`;
  if (tree instanceof Map) return `{${[...tree].map(([key, value]) => `${JSON.stringify(key)}:${writeTree(value)}`).join(",")}}`;
  return JSON.stringify(tree);
}

/** The tree's object, or undefined for any other kind of value. */
export function objectOf(tree: Tree | undefined): TreeObject | undefined {
  return tree instanceof Map ? tree : undefined;
}

/** The tree's text, or undefined for any other kind of value. */
export function textOf(tree: Tree | undefined): string | undefined {
  return typeof tree === "string" ? tree : undefined;
}
