import { ByteWriter } from "./byte-writer.ts";
import { Code } from "./code.ts";
import type { ModelNode } from "./model.ts";
import { memberHead } from "./model-code.ts";
import type { Node } from "./schema.ts";
import { Written } from "./written.ts";

/** A column of a result. */
export interface Column {
  readonly name: string;
  /** Names the type within its database: of the same name and type, columns are read alike. */
  readonly type: number;
  /** What a text becomes; none where the text is the value. */
  readonly parse?: (text: string) => unknown;
  /** Its values are objects or lists, which are costly to make. */
  readonly structured: boolean;
}

declare const row: unique symbol;

/** Rows as the database sent them: a text, or null, for each column. `R` is what they would be as objects. */
export interface TextRows<R> {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Types only. */
  readonly [row]?: R;
}

/** Keys that are no columns: each is made of the row, and of what all rows share. */
export type Derived<R, T, S> = { readonly [K in keyof T]?: (row: R, shared: S) => T[K] };

type WriteRow<S> = (texts: readonly (string | null)[], shared: S | undefined) => string;

/**
 * Writes rows as objects of a model without making these objects: from the texts of the columns to JSON text, by code that is
 * generated once for each list of columns.
 */
export class RowWriter<R, T, S = undefined> {
  private readonly model: ModelNode<T>;
  private readonly derived: ReadonlyMap<string, unknown>;
  private readonly compiled = new Map<string, WriteRow<S>>();

  constructor(model: ModelNode<T>, derived: Derived<R, T, S> = {}) {
    this.model = model;
    this.derived = new Map(Object.entries(derived));
  }

  /** The list of all rows. */
  write({ columns, rows }: TextRows<R>, ...[shared]: S extends undefined ? [] : [shared: S]): Written<T[]> {
    const writeRow = this.writerOf(columns);
    const text = new ByteWriter();
    text.add("[");
    for (const [index, texts] of rows.entries()) text.add(`${index === 0 ? "" : ","}${writeRow(texts, shared)}`);
    text.add("]");
    return new Written(text.bytes());
  }

  private writerOf(columns: readonly Column[]): WriteRow<S> {
    const key = columns.map(({ name, type }) => `${name} ${type}`).join();
    const known = this.compiled.get(key);
    if (known !== undefined) return known;
    const made = compileRow(this.model.keys, this.derived, columns) as WriteRow<S>;
    this.compiled.set(key, made);
    return made;
  }
}

/** A variable for each column that is read, one for each key that is derived, and one concatenation. */
function compileRow(
  keys: ReadonlyMap<string, Node<unknown>>,
  derived: ReadonlyMap<string, unknown>,
  columns: readonly Column[],
): unknown {
  const code = new Code();
  const variables = new Map(columns.map(({ name }, index) => [name, `v${index}`]));
  const values = columns.map((column, index) => readColumn(code, column, index));
  const row = columns.map(({ name }, index) => `${JSON.stringify(name)}: v${index}`);
  const made = [...derived].map(([, make], index) => `const d${index} = ${code.bind(make)}(row, shared);`);
  for (const [index, key] of [...derived.keys()].entries()) variables.set(key, `d${index}`);
  const structured = new Set(columns.filter((column) => column.structured).map(({ name }) => name));
  const members = [...keys].map(([key, node], index) => {
    const variable = variables.get(key);
    if (variable === undefined) throw new TypeError(`no column and nothing else gives ${key}`);
    const head = memberHead(key, index);
    return structured.has(key) && !derived.has(key)
      ? `${JSON.stringify(head)} + ${code.bind(likeLast((value) => node.write(value)))}(${variable})`
      : node.memberCode(code, head, variable);
  });
  const derive = derived.size > 0 ? [`const row = { ${row.join(", ")} };`, ...made] : [];
  return code.compile("texts, shared", `${[...values, ...derive].join("\n")}\nreturn ${members.join(" + ")} + "}";`);
}

function readColumn(code: Code, { parse, structured }: Column, index: number): string {
  if (parse === undefined) return `const v${index} = texts[${index}];`;
  const read = code.bind(structured ? likeLast(parse) : parse);
  return `const t${index} = texts[${index}]; const v${index} = t${index} === null ? null : ${read}(t${index});`;
}

/** `make`, which is not asked again for the input that it was asked for last: policies, tags and details mostly repeat. */
function likeLast<I, O>(make: (input: I) => O): (input: I) => O {
  let last: { input: I; output: O } | undefined;
  return (input) => {
    if (last === undefined || last.input !== input) last = { input, output: make(input) };
    return last.output;
  };
}
