import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Column,
  integer,
  JsonText,
  jsonObject,
  list,
  model,
  nullable,
  number,
  RowWriter,
  string,
  type TextRows,
  Written,
  written,
} from "./index.ts";

interface Policy {
  retries: number;
}
interface Run {
  name: string | null;
  tags: string[];
  policy: Policy;
  parameters: JsonText;
  seconds: number;
  age: number;
}
/** What its columns hold: the age follows from the second of birth. */
type Row = Omit<Run, "age"> & { born: number };

const Run = model<Run>("Run", {
  name: nullable(string()),
  tags: list(string()),
  policy: model<Policy>("Policy", { retries: integer() }),
  parameters: jsonObject(),
  seconds: number(),
  age: integer(),
});

const plain = (name: string): Column => ({ name, type: 1, structured: false });
const parsed = (name: string, type: number, structured: boolean, parse: (text: string) => unknown): Column => ({
  ...plain(name),
  type,
  structured,
  parse,
});
const columns: readonly Column[] = [
  parsed("born", 2, false, Number),
  plain("name"),
  parsed("tags", 3, true, (text) => JSON.parse(text)),
  parsed("policy", 4, true, (text) => JSON.parse(text)),
  parsed("parameters", 5, false, (text) => new JsonText(text)),
  parsed("seconds", 2, false, Number),
];
const textsOf = (row: Row) => [
  String(row.born),
  row.name,
  JSON.stringify(row.tags),
  JSON.stringify(row.policy),
  row.parameters.text,
  String(row.seconds),
];
const rowsOf = (rows: readonly Row[]): TextRows<Row> => ({ columns, rows: rows.map(textsOf) });
const runs = new RowWriter<Row, Run, number>(Run, { age: ({ born }, now) => now - born });
const textOf = (value: Written<unknown>) => new TextDecoder().decode(value.bytes);

const anyRow: fc.Arbitrary<Row> = fc.record({
  born: fc.integer(),
  name: fc.option(fc.string({ unit: "grapheme" })),
  tags: fc.constantFrom([], ["a"], ["a", 'b"']),
  policy: fc.record({ retries: fc.integer({ min: 0, max: 1 }) }),
  parameters: fc.constantFrom("{}", '{"x":1.0}', '{"é":"\\n"}').map((text) => new JsonText(text)),
  seconds: fc.integer(),
});

describe("a writer of rows", () => {
  test("writes what the model writes of the same rows as objects", () => {
    fc.assert(
      fc.property(fc.array(anyRow), fc.integer(), (rows, now) => {
        const objects = rows.map((row) => ({ ...row, age: now - row.born }));
        expect(textOf(runs.write(rowsOf(rows), now))).toBe(list(Run).dump(objects));
      }),
    );
  });

  test("takes the columns in any order", () => {
    const row = { born: 1, name: "a", tags: [], policy: { retries: 0 }, parameters: new JsonText("{}"), seconds: 1 };
    const turned = { columns: columns.toReversed(), rows: [textsOf(row).toReversed()] };
    expect(textOf(runs.write(turned, 3))).toBe(textOf(runs.write(rowsOf([row]), 3)));
  });

  test("reads a column of another type in that type's way", () => {
    const names = new RowWriter<{ name: string }, { name: string }>(model("Named", { name: string() }));
    const shout = parsed("name", 9, false, (text) => text.toUpperCase());
    expect(textOf(names.write({ columns: [plain("name")], rows: [["a"]] }))).toBe('[{"name":"a"}]');
    expect(textOf(names.write({ columns: [shout], rows: [["a"]] }))).toBe('[{"name":"A"}]');
  });

  test("refuses columns that leave a key without value", () => {
    expect(() => runs.write({ columns: columns.slice(0, -1), rows: [] }, 0)).toThrow("no column and nothing else gives seconds");
  });

  test.each(["a", "é", "😀"])("keeps lists of many megabytes of %s whole, one after the other", (letter) => {
    const row = { born: 0, tags: [], policy: { retries: 0 }, parameters: new JsonText("{}"), seconds: 0 };
    const rows = Array.from({ length: 30 }, (_, index) => ({ ...row, name: letter.repeat(index * 10_000) }));
    for (const some of [rows, rows.slice(0, 1), rows]) {
      expect(textOf(runs.write(rowsOf(some), 0))).toBe(list(Run).dump(some.map((each) => ({ ...each, age: 0 }))));
    }
  });
});

describe("what is written already", () => {
  const schema = written(list(integer()));

  test("stands for the value, alone and inside of another", () => {
    const value = new Written<number[]>(new TextEncoder().encode("[1,2]"));
    expect(schema.dump(value)).toBe(schema.dump([1, 2]));
    expect(model<{ items: unknown }>("Items", { items: schema }).dump({ items: value })).toBe('{"items":[1,2]}');
  });

  test("is not asked for when reading", () => {
    expect(schema.parse([1])).toEqual({ ok: true, value: [1] });
    expect(schema.parse(["x"])).toMatchObject({ ok: false, issues: [{ loc: [0] }] });
  });
});
