import * as wire from "@praetor/wire";
import { describe, expect, test } from "vitest";
import { schemaDifferences } from "../../packages/wire/src/kit/same-schema.ts";
import { DIFFERENCES, OWN } from "./exceptions.ts";
import { originalSchemas } from "./original.ts";

type Document = Record<string, unknown>;

const theirs = originalSchemas();

/** Every exported schema that documents refer to by a name, by that name. */
const ours = new Map<string, Document>(
  Object.values(wire).flatMap((value) =>
    value instanceof wire.NamedNode ? [[value.name, JSON.parse(JSON.stringify(wire.jsonSchema(value)))] as const] : [],
  ),
);

/** The document without the definitions that are compared under their own names. */
function alone(document: Document): Document {
  const definitions = Object.entries(document["$defs"] ?? {}).filter(([name]) => !ours.has(name));
  return { ...document, $defs: Object.fromEntries(definitions) };
}

function differences(name: string): string[] {
  return schemaDifferences(alone(ours.get(name) ?? {}), alone(theirs[name] ?? {}));
}

describe("the JSON Schema of the original's model of the same name is that of", () => {
  test.each([...ours.keys()].filter((name) => name in theirs))("%s", (name) => {
    const excepted = DIFFERENCES[name]?.places ?? [];
    const unexpected = differences(name).filter((line) => !excepted.some((place) => line.startsWith(place)));
    expect(unexpected).toEqual([]);
  });
});

test("exactly the models without a counterpart have a reason", () => {
  const unmatched = [...ours.keys()].filter((name) => !(name in theirs));
  expect(unmatched.toSorted()).toEqual(Object.keys(OWN).toSorted());
});

test("every exception is still needed", () => {
  const stale = Object.entries(DIFFERENCES).flatMap(([name, { places }]) =>
    places.filter((place) => !differences(name).some((line) => line.startsWith(place))).map((place) => `${name} ${place}`),
  );
  expect(stale).toEqual([]);
});
