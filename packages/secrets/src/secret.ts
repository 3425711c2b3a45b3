import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { inspect } from "node:util";

const mask = "[secret]";

/** Lives as long as the process, so that a digest says nothing outside it. */
const comparisonKey = randomBytes(32);

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

  /** Whether both have the same text, in a time that does not depend on where they differ. */
  equals(other: Secret): boolean {
    return timingSafeEqual(this.#digest(comparisonKey), other.#digest(comparisonKey));
  }

  /** A short mark that is equal for equal texts under one key, and says nothing to who lacks the key. */
  fingerprint(key: Uint8Array): string {
    return this.#digest(key).toString("hex", 0, 6);
  }

  #digest(key: Uint8Array): Buffer {
    return createHmac("sha256", key).update(this.#text).digest();
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
