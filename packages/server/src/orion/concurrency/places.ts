interface KeptPlace {
  readonly place: number;
  readonly until: number;
}

/** A caller that does not come again within this time has lost its place. */
const KEPT_MILLISECONDS = 30_000;
const MOST_KEYS = 10_000;

/**
 * Places in a queue, kept for callers who were sent away and come again. Those that cannot be told apart share what is kept
 * for any of them, the oldest place first.
 */
export class Places {
  #next = 0;
  /** In the order in which they were kept, so that the first is the first to be forgotten. */
  readonly #kept = new Map<string, KeptPlace[]>();

  /** The place that was kept for this key, or a new one behind all others. */
  take(key: string): number {
    const kept = this.#kept.get(key)?.filter(({ until }) => until > performance.now()) ?? [];
    this.#kept.delete(key);
    const [oldest, ...others] = kept.toSorted((one, other) => one.place - other.place);
    if (others.length > 0) this.#kept.set(key, others);
    return oldest?.place ?? this.#next++;
  }

  keep(key: string, place: number): void {
    const others = this.#kept.get(key) ?? [];
    this.#kept.delete(key);
    this.#kept.set(key, [...others, { place, until: performance.now() + KEPT_MILLISECONDS }]);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEYS) return;
      this.#kept.delete(oldest);
    }
  }
}
