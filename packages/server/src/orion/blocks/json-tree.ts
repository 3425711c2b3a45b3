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

/** Reads text that is known to be JSON (parsed before, or read from a json column). */
export function parseTree(text: string): Tree {
  return new TreeReader(text).value();
}

const SPACES = /[ \t\n\r]*/y;
const SCALAR = /[-+.\w]+/y;

class TreeReader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): Tree {
    const first = this.#next();
    if (first === "{") return this.#object();
    if (first === "[") return this.#list();
    if (first === '"') return this.#string();
    const scalar = this.#match(SCALAR);
    if (scalar === "true" || scalar === "false") return scalar === "true";
    if (scalar === "null") return null;
    if (Number.isNaN(Number(scalar || undefined))) throw new SyntaxError(`not JSON at character ${this.#position}`);
    return new NumberText(scalar);
  }

  #object(): TreeObject {
    const object: TreeObject = new Map();
    this.#position += 1;
    while (this.#another("}")) {
      const key = this.#string();
      this.#next();
      this.#position += 1;
      object.set(key, this.value());
    }
    return object;
  }

  #list(): Tree[] {
    const list: Tree[] = [];
    this.#position += 1;
    while (this.#another("]")) list.push(this.value());
    return list;
  }

  /** Whether something follows before the container is closed; steps over a comma, or over the end. */
  #another(end: string): boolean {
    if (this.#next() === ",") {
      this.#position += 1;
      this.#next();
    }
    if (this.#text[this.#position] !== end) return true;
    this.#position += 1;
    return false;
  }

  /** Not by a pattern: those keep a place to return to for every character, and long texts exhaust them. */
  #string(): string {
    const begin = this.#position;
    let end = this.#text.indexOf('"', begin + 1);
    while (this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    if (end === -1) throw new SyntaxError(`not JSON at character ${begin}`);
    this.#position = end + 1;
    return JSON.parse(this.#text.slice(begin, end + 1)) as string;
  }

  #isEscaped(index: number): boolean {
    let backslashes = 0;
    while (this.#text[index - 1 - backslashes] === "\\") backslashes += 1;
    return backslashes % 2 === 1;
  }

  /** The next character that is no space; the position is at it. */
  #next(): string | undefined {
    this.#match(SPACES);
    return this.#text[this.#position];
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#position;
    const [found = ""] = pattern.exec(this.#text) ?? [];
    this.#position += found.length;
    return found;
  }
}

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
