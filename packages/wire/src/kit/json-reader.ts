import { codePoints } from "./code-points.ts";
import { isDigit, numberOf } from "./json-number.ts";
import { type JsonObject, objectInOrder, setOwn } from "./json-order.ts";

/** Nesting beyond this is refused: every later walk over the value may then recurse safely. */
export const MAX_DEPTH = 512;

/** Text that is not JSON, in the words and with the position (in code points) that Python's decoder reports. */
export class JsonSyntaxError extends Error {
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.name = "JsonSyntaxError";
    this.position = position;
  }
}

/** JSON that the platform refuses to take: nested too deeply. */
export class JsonRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = "JsonRefused";
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const ESCAPES: Record<string, string> = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const WORDS: readonly [string, null | boolean][] = [
  ["null", null],
  ["true", true],
  ["false", false],
];
const [SPACE, QUOTE, BACKSLASH, COMMA, COLON] = [32, 34, 92, 44, 58];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];

/** A reader that loses nothing, for the texts that JSON.parse would spoil, and for saying where a text is not JSON. */
export class JsonReader {
  private readonly text: string;
  private index = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The value of the whole text. Throws JsonSyntaxError and JsonRefused. */
  read(): unknown {
    this.skipSpace();
    const value = this.value();
    if (this.skipSpace() !== -1) this.stop("Extra data");
    return value;
  }

  private value(): unknown {
    const code = this.text.charCodeAt(this.index);
    if (code === QUOTE) return this.string();
    if (code === OPEN_OBJECT) return this.object();
    if (code === OPEN_LIST) return this.list();
    return isDigit(code) || code === 45 ? this.number() : this.word();
  }

  private list(): unknown[] {
    const items: unknown[] = [];
    if (this.enter() !== CLOSE_LIST) {
      do items.push(this.value());
      while (this.another(CLOSE_LIST));
    }
    this.leave();
    return items;
  }

  private object(): JsonObject {
    const object: JsonObject = {};
    let sent: string[] | undefined;
    if (this.enter() !== CLOSE_OBJECT) {
      do {
        const key = this.key();
        // JavaScript will move such a key to the front
        if (isDigit(key.charCodeAt(0))) sent ??= Object.keys(object);
        if (sent !== undefined && !Object.hasOwn(object, key)) sent.push(key);
        setOwn(object, key, this.value());
      } while (this.another(CLOSE_OBJECT));
    }
    this.leave();
    return sent === undefined ? object : objectInOrder(object, sent);
  }

  private key(): string {
    if (this.text.charCodeAt(this.index) !== QUOTE) this.stop("Expecting property name enclosed in double quotes");
    const key = this.string();
    if (this.skipSpace() !== COLON) this.stop("Expecting ':' delimiter");
    this.index++;
    this.skipSpace();
    return key;
  }

  /** Steps into a list or object; gives the first character in it. */
  private enter(): number {
    if (++this.depth > MAX_DEPTH) throw new JsonRefused(`JSON is nested more than ${MAX_DEPTH} levels deep`);
    this.index++;
    return this.skipSpace();
  }

  private leave(): void {
    this.depth--;
    this.index++;
  }

  /** Whether another item follows in the list or object that `close` ends; steps over the comma. */
  private another(close: number): boolean {
    const code = this.skipSpace();
    if (code === close) return false;
    if (code !== COMMA) this.stop("Expecting ',' delimiter");
    this.index++;
    this.skipSpace();
    return true;
  }

  private word(): null | boolean {
    const word = WORDS.find(([spelling]) => this.text.startsWith(spelling, this.index));
    if (word === undefined) return this.stop("Expecting value");
    this.index += word[0].length;
    return word[1];
  }

  private number(): unknown {
    NUMBER.lastIndex = this.index;
    const source = NUMBER.exec(this.text)?.[0];
    if (source === undefined) return this.stop("Expecting value");
    this.index += source.length;
    return numberOf(source);
  }

  private string(): string {
    const { text } = this;
    const start = this.index;
    let value = "";
    let from = start + 1;
    for (let index = from; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code === QUOTE) {
        this.index = index + 1;
        return value + text.slice(from, index);
      }
      if (code < SPACE) this.stop("Invalid control character at", index);
      if (code !== BACKSLASH) continue;
      value += text.slice(from, index) + this.escape(start, index);
      from = index + (text.charAt(index + 1) === "u" ? 6 : 2);
      index = from - 1;
    }
    return this.stop("Unterminated string starting at", start);
  }

  /** The character that the escape at `index` stands for, in the string that begins at `start`. */
  private escape(start: number, index: number): string {
    const letter = this.text.charAt(index + 1);
    if (letter === "") return this.stop("Unterminated string starting at", start);
    if (letter !== "u") return ESCAPES[letter] ?? this.stop("Invalid \\escape", index);
    const digits = this.text.slice(index + 2, index + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) return this.stop("Invalid \\uXXXX escape", index + 1);
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  /** Steps over white space; gives the character after it, -1 at the end. */
  private skipSpace(): number {
    while (this.index < this.text.length) {
      const code = this.text.charCodeAt(this.index);
      if (code !== SPACE && code !== 10 && code !== 13 && code !== 9) return code;
      this.index++;
    }
    return -1;
  }

  private stop(message: string, index = this.index): never {
    throw new JsonSyntaxError(message, codePoints(this.text.slice(0, index)));
  }
}
