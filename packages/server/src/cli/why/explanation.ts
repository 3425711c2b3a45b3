/** What the API answers, as far as it is printed. */
export interface Explanation {
  readonly name: string;
  readonly state_name: string | null;
  readonly answer: string;
  readonly remedy: string | null;
  readonly steps: readonly { readonly subject: string; readonly ok: boolean; readonly finding: string }[];
}

/** The answer of an API that knows the question; undefined for every other text. */
export function readExplanation(text: string): Explanation | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const known = typeof value === "object" && value !== null && "answer" in value && "steps" in value;
    return known && Array.isArray(value.steps) ? (value as Explanation) : undefined;
  } catch {
    return undefined;
  }
}
