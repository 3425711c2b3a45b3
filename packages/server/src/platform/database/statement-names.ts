import { createHash } from "node:crypto";

/**
 * Names for composed statements. Every name costs memory in every session until that ends, and filters have more
 * shapes than anybody uses, so a text gets a name when it is seen again, and only so many texts do.
 */
export class StatementNames {
  readonly #maximum: number;
  readonly #names = new Map<string, string>();
  readonly #seenOnce = new Set<string>();

  constructor(maximum = 500) {
    this.#maximum = maximum;
  }

  /** The name to prepare the text under; undefined when it should not be prepared. */
  nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= this.#maximum) return known;
    if (!this.#seenOnce.delete(text)) {
      this.#remember(text);
      return undefined;
    }
    const name = `composed_${createHash("sha256").update(text).digest("hex").slice(0, 32)}`;
    this.#names.set(text, name);
    return name;
  }

  #remember(text: string): void {
    const [oldest] = this.#seenOnce;
    if (this.#seenOnce.size >= this.#maximum && oldest !== undefined) this.#seenOnce.delete(oldest);
    this.#seenOnce.add(text);
  }
}
