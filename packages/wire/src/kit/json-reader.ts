import { codePoints } from "./code-points.ts";
import { type ExactNumber, numberOf } from "./json-number.ts";
import { objectInOrder } from "./json-order.ts";
import { MAX_DEPTH } from "./json-scan.ts";

/** Text that is not JSON, in the words and with the position (in code points) that Python's decoder reports. */
export class JsonSyntaxError extends Error {
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.name = "JsonSyntaxError";
    this.position = position;
  }
}

/** JSON that the platform refuses to take: nested too deeply, or not UTF-8. */
export class JsonRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = "JsonRefused";
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
/** Characters that may stand in a string as they are: not controls, quotes and backslashes. */
const PLAIN = /[ !#-[\]-\uffff]*/y;
const ESCAPES: Record<string, string> = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const WORDS: readonly [string, null | boolean][] = [
  ["null", null],
  ["true", true],
  ["false", false],
];

/** A reader that loses nothing, for the few texts that JSON.parse would spoil, and for saying where a text is not JSON. */
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
    this.skipSpace();
    if (this.index < this.text.length) this.stop("Extra data");
    return value;
  }

  private value(): unknown {
    const start = this.text[this.index];
    if (start === '"') return this.string();
    if (start === "{") return this.nested(() => this.object());
    if (start === "[") return this.nested(() => this.array());
    const word = WORDS.find(([spelling]) => this.text.startsWith(spelling, this.index));
    if (word === undefined) return this.number();
    this.index += word[0].length;
    return word[1];
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new JsonRefused(`JSON is nested more than ${MAX_DEPTH} levels deep`);
    this.index++;
    this.skipSpace();
    const value = read();
    this.depth--;
    this.index++;
    return value;
  }

  private array(): unknown[] {
    const items: unknown[] = [];
    if (this.text[this.index] === "]") return items;
    for (;;) {
      items.push(this.value());
      if (this.atEnd("]")) return items;
    }
  }

  private object(): unknown {
    const entries = new Map<string, unknown>();
    if (this.text[this.index] === "}") return {};
    for (;;) {
      if (this.text[this.index] !== '"') this.stop("Expecting property name enclosed in double quotes");
      const key = this.string();
      this.skipSpace();
      if (this.text[this.index] !== ":") this.stop("Expecting ':' delimiter");
      this.index++;
      this.skipSpace();
      entries.set(key, this.value());
      if (this.atEnd("}")) return objectInOrder(entries);
    }
  }

  /** Whether the collection ends here; otherwise steps over the comma. */
  private atEnd(close: string): boolean {
    this.skipSpace();
    if (this.text[this.index] === close) return true;
    if (this.text[this.index] !== ",") this.stop("Expecting ',' delimiter");
    this.index++;
    this.skipSpace();
    return false;
  }

  private number(): number | ExactNumber {
    NUMBER.lastIndex = this.index;
    const source = NUMBER.exec(this.text)?.[0];
    if (source === undefined) return this.stop("Expecting value");
    this.index += source.length;
    return numberOf(source);
  }

  private string(): string {
    const start = this.index++;
    let value = "";
    for (;;) {
      PLAIN.lastIndex = this.index;
      const plain = PLAIN.exec(this.text)?.[0] ?? "";
      value += plain;
      this.index += plain.length;
      const next = this.text[this.index];
      if (next === undefined) return this.stop("Unterminated string starting at", start);
      if (next === '"') {
        this.index++;
        return value;
      }
      if (next !== "\\") return this.stop("Invalid control character at");
      value += this.escape(start);
    }
  }

  private escape(start: number): string {
    const letter = this.text[this.index + 1];
    if (letter === undefined) return this.stop("Unterminated string starting at", start);
    if (letter !== "u") {
      const character = ESCAPES[letter];
      if (character === undefined) return this.stop("Invalid \\escape");
      this.index += 2;
      return character;
    }
    const digits = this.text.slice(this.index + 2, this.index + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) return this.stop("Invalid \\uXXXX escape", this.index + 1);
    this.index += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  private skipSpace(): void {
    while (this.index < this.text.length && " \t\n\r".includes(this.text.charAt(this.index))) this.index++;
  }

  private stop(message: string, index = this.index): never {
    throw new JsonSyntaxError(message, codePoints(this.text.slice(0, index)));
  }
}
