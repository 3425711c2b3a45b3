import { inspect } from "node:util";

const mask = "[secret]";

/**
 * A text that must not be seen: printing, logging, interpolating or serialising it yields `[secret]`.
 * Only `reveal` gives the text, so every place that uses it can be found by that word.
 */
export class Secret {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  static of(text: string): Secret {
    return new Secret(text);
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}
