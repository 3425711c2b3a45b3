import { textInOrder } from "./json-order.ts";
import { JsonReader } from "./json-reader.ts";
import { needsCare, nestsTooDeep } from "./json-scan.ts";

/**
 * JSON.parse, except that JsonText.of any part of the result is what was sent: `1.0`, 2^64, the order of keys. Such numbers become
 * ExactNumber objects, which every schema of the kit understands; code that looks at free-form JSON goes through JsonText.value().
 * @throws JsonSyntaxError in Python's words
 * @throws JsonRefused when nested more than 512 levels deep
 */
export function parseJson(text: string): unknown {
  if (!needsCare(text)) {
    try {
      return JSON.parse(text);
    } catch {
      // The reader finds the same fault and can say where it is.
    }
  }
  return new JsonReader(text).read();
}

/** Free-form JSON: opaque, lossless, ready to be stored or sent. */
export class JsonText {
  readonly text: string;

  /** `text` must be JSON: it is sent as it is. */
  constructor(text: string) {
    this.text = text;
  }

  /** The text of any part of what parseJson gave, or of any plain value. */
  static of(value: unknown): JsonText {
    return new JsonText(textOf(value));
  }

  /** A text from outside, once it has shown to be JSON. @throws JsonSyntaxError, JsonRefused */
  static read(text: string): JsonText {
    // What it says of such a text is said by the reader.
    if (nestsTooDeep(text) || !isJson(text)) parseJson(text);
    return new JsonText(text);
  }

  /** The value as plain JavaScript, for looking at: every number is a double. */
  value(): unknown {
    return JSON.parse(this.text);
  }

  /** Lets the text stand for itself inside a value that JSON.stringify prints. */
  toJSON(): unknown {
    return parseJson(this.text);
  }
}

function textOf(value: unknown): string {
  return textInOrder(value, textOf) ?? JSON.stringify(value) ?? "null";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
