import { type ModelNode, parseJson } from "@praetor/wire";

/** Values of every kind, right for some fields and wrong for the others; JSON texts. */
const VALUES = [
  "null",
  "true",
  "0",
  "5",
  "-1",
  "1.5",
  "2.0",
  '""',
  '"a"',
  '"name/with%banned"',
  '"With Space_"',
  '"7c1f3c1e-0b0e-4c43-9f0a-2b5f1d2e3a4b"',
  '"2026-11-23T06:16:41.782626Z"',
  '"2026-11-23 06:16:41+02:00"',
  '"PT1H"',
  '"12"',
  '"COMPLETED"',
  '"UTC"',
  "[]",
  "[1]",
  '["a","a"]',
  '["7c1f3c1e0b0e4c439f0a2b5f1d2e3a4b"]',
  "[null]",
  "{}",
  '{"a":1}',
  '{"a":"b"}',
  '{"any_":["a"]}',
  '{"type":"RUNNING"}',
  '{"prefect.resource.id":"a.b"}',
];

/** Inputs for a model: whole values of every kind, a valid object, and that object with each key wrong in every way. */
export function inputsFor(model: ModelNode<unknown>, documented: unknown): string[] {
  const valid = validFields(model, documented);
  const changed = [...model.keys.keys()].flatMap((key) => VALUES.map((value) => objectText(new Map([...valid, [key, value]]))));
  const missing = [...valid.keys()].map((key) => objectText(new Map([...valid].filter(([name]) => name !== key))));
  return [
    ...new Set([...VALUES, objectText(valid), objectText(new Map([...valid, ["unknown_key", "1"]])), ...missing, ...changed]),
  ];
}

/** For each required key a value that it takes: one of the listed ones, or the first of its enumeration. */
function validFields(model: ModelNode<unknown>, documented: unknown): Map<string, string> {
  const required = [...model.keys].filter(([, node]) => node.fallback === undefined);
  const candidates = [...VALUES.toReversed(), ...wordsOf(documented).map((word) => JSON.stringify(word))];
  return new Map(
    required.map(([key, node]) => [key, candidates.find((text) => text !== "null" && node.parse(parseJson(text)).ok) ?? "null"]),
  );
}

/** Every word that a JSON Schema allows somewhere. */
function wordsOf(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { enum: words = [], const: word, ...rest } = schema as { enum?: string[]; const?: string };
  return [...words, ...(word === undefined ? [] : [word]), ...Object.values(rest).flatMap(wordsOf)];
}

function objectText(fields: ReadonlyMap<string, string>): string {
  return `{${[...fields].map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`;
}
