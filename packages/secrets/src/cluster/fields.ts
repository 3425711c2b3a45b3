/** Reads what a program answered as JSON, field by field: what is not of the kind that is asked for counts as absent. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    this.#values = typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
  }

  get names(): readonly string[] {
    return Object.keys(this.#values);
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === "string" ? value : undefined;
  }

  count(name: string): number | undefined {
    const value = this.#values[name];
    return typeof value === "number" ? value : undefined;
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  /** The mapping below this one, going through each name in turn; empty when there is none. */
  at(...path: readonly string[]): Fields {
    const [name, ...rest] = path;
    return name === undefined ? this : new Fields(this.#values[name]).at(...rest);
  }

  list(name: string): readonly Fields[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.map((each) => new Fields(each)) : [];
  }

  /** Every field that is text. */
  texts(): Record<string, string> {
    return Object.fromEntries(this.names.flatMap((name) => (this.has(name) ? [[name, this.text(name) ?? ""]] : [])));
  }
}
