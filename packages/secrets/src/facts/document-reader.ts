import type { FactsProblem } from "./facts-error.ts";
import { parseReference, type Reference, referenceExamples } from "./reference.ts";

/** Reads a mapping key by key, keeps every problem, and knows in the end which keys nobody asked for. */
export class DocumentReader {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #problems: FactsProblem[];
  readonly #asked = new Set<string>();

  constructor(value: unknown, path: string, problems: FactsProblem[]) {
    this.#path = path;
    this.#problems = problems;
    const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
    this.#values = isMapping ? { ...value } : {};
    if (!isMapping && value !== undefined && value !== null)
      this.report("", "is not a mapping of keys to values", "Write `key: value` lines.");
  }

  get isEmpty(): boolean {
    return Object.keys(this.#values).length === 0;
  }

  report(key: string, problem: string, remedy: string): void {
    this.#problems.push({ path: [this.#path, key].filter(Boolean).join("."), problem, remedy });
  }

  section(key: string): DocumentReader {
    return new DocumentReader(this.#take(key), [this.#path, key].filter(Boolean).join("."), this.#problems);
  }

  text(key: string, accepts: (text: string) => boolean, form: string): string | undefined {
    const value = this.#take(key);
    if (value === undefined || value === null) return undefined;
    if (typeof value === "string" && accepts(value)) return value;
    this.report(key, `is not ${form}`, `Write ${form}.`);
    return undefined;
  }

  port(key: string): number | undefined {
    const value = this.#take(key);
    if (value === undefined || value === null) return undefined;
    if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65_535) return value;
    this.report(key, "is not a port", "Write a number from 1 to 65535.");
    return undefined;
  }

  reference(key: string): Reference | undefined {
    const value = this.#take(key);
    if (value === undefined || value === null || value === "") return undefined;
    const parsed = typeof value === "string" ? parseReference(value) : { example: undefined };
    if ("reference" in parsed) return parsed.reference;
    if (parsed.example !== undefined) this.report(key, "is a reference that cannot be read", `Write it like ${parsed.example}.`);
    else
      this.report(
        key,
        "is no reference, and may be the secret itself, which must not stand here",
        `Write one of: ${referenceExamples.join(", ")}.`,
      );
    return undefined;
  }

  /** The keys that were not asked for. */
  remaining(): string[] {
    return Object.keys(this.#values).filter((key) => !this.#asked.has(key));
  }

  /** Reports every key that nobody asked for: a misspelled fact would otherwise be a default, unseen. */
  refuseOthers(): void {
    for (const key of this.remaining()) {
      this.report(key, "is no fact that is known here", `Known are: ${[...this.#asked].join(", ")}.`);
    }
  }

  #take(key: string): unknown {
    this.#asked.add(key);
    return this.#values[key];
  }
}
