/** The last things that were added, up to a number; older ones are forgotten. */
export class Recent<T> {
  readonly #capacity: number;
  readonly #items = new Set<T>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  has(item: T): boolean {
    return this.#items.has(item);
  }

  /** False when it was there already. */
  add(item: T): boolean {
    if (this.#items.has(item)) return false;
    this.#items.add(item);
    if (this.#items.size > this.#capacity) {
      for (const oldest of this.#items) {
        this.#items.delete(oldest);
        break;
      }
    }
    return true;
  }
}
