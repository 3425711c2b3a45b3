/** SQL text with its parameters, to be composed. Values never become text. */
export class Fragment {
  /** Texts and parameters in order: even positions are SQL. */
  readonly #parts: readonly Part[];

  private constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  static readonly empty = new Fragment([]);

  static text(text: string): Fragment {
    return new Fragment([text]);
  }

  /** A parameter; used twice, it stays one parameter. */
  static parameter(value: unknown): Fragment {
    return new Fragment([new Parameter(value)]);
  }

  static concat(fragments: readonly Fragment[]): Fragment {
    return new Fragment(fragments.flatMap((fragment) => fragment.#parts));
  }

  /** The fragments with `separator` (SQL text) between them. */
  static join(fragments: readonly Fragment[], separator: string): Fragment {
    const between = Fragment.text(separator);
    return Fragment.concat(fragments.flatMap((fragment, index) => (index === 0 ? [fragment] : [between, fragment])));
  }

  /** Text with `$1`, `$2`, ... in order of appearance, those of `leading` before all others, and their values. */
  render(leading: Fragment = Fragment.empty): Rendered {
    const numbers = new Map<Parameter, number>();
    for (const part of leading.#parts) if (part instanceof Parameter) numbers.set(part, numbers.size + 1);
    const text = this.#parts.map((part) => {
      if (typeof part === "string") return part;
      if (!numbers.has(part)) numbers.set(part, numbers.size + 1);
      return `$${numbers.get(part)}`;
    });
    return { text: text.join(""), values: [...numbers.keys()].map((parameter) => parameter.value) };
  }
}

export interface Rendered {
  readonly text: string;
  readonly values: readonly unknown[];
}

class Parameter {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

type Part = string | Parameter;

/** Composes SQL: an interpolated `Fragment` becomes text, everything else a parameter. */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Fragment {
  const fragments = strings.flatMap((text, index) => {
    if (index === values.length) return [Fragment.text(text)];
    const value = values[index];
    return [Fragment.text(text), value instanceof Fragment ? value : Fragment.parameter(value)];
  });
  return Fragment.concat(fragments);
}

/**
 * An identifier or keyword as SQL text. The type admits only members of a closed list (a column of a `switch`, a
 * key of a constant), never a mere `string`, which might have come from a request.
 */
sql.raw = <T extends string>(text: string extends T ? never : T): Fragment => Fragment.text(text);
