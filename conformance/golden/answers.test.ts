import * as wire from "@praetor/wire";
import { describe, expect, test } from "vitest";
import { ANSWERED_OTHERWISE } from "./exceptions.ts";
import { inputsFor } from "./inputs.ts";
import { type Answer, originalAnswers, originalSchemas } from "./original.ts";

/** The models that requests carry; the others only the server writes. */
const REQUESTED = /(?:Create|Update|Policy)$|^(?:Interval|Cron|RRule)Schedule$|Filter|^Event$|^StateDetails$/;

const schemas = originalSchemas();
const exported: readonly unknown[] = Object.values(wire);
const models = exported
  .filter((value) => value instanceof wire.ModelNode)
  .filter(({ name }) => REQUESTED.test(name) && name in schemas);
const inputs = Object.fromEntries(models.map((model) => [model.name, inputsFor(model, schemas[model.name])]));
const answers = originalAnswers(inputs);

/** A value as a reader of JSON takes it: numbers by value, moments in one spelling. */
function plain(value: unknown): unknown {
  const moment = (item: unknown) => (typeof item === "string" ? (wire.parseTimestamp(item) ?? item) : item);
  return JSON.parse(JSON.stringify(value), (_, item) => moment(item));
}

/** Of an accepted value only what was sent: the rest is partly made up at each reading. */
function comparable(answer: Answer, input: string): unknown {
  if (!("is" in answer)) return plain(answer);
  const sent = Object.keys(JSON.parse(input) ?? {});
  const value = Object.entries(answer.is as object).filter(([key]) => sent.includes(key));
  return plain({ is: Object.fromEntries(value) });
}

function ourAnswer(model: wire.ModelNode<unknown>, input: string): Answer {
  const parsed = model.parse(wire.parseJson(input));
  return parsed.ok ? { is: JSON.parse(model.dump(parsed.value)) } : { issues: parsed.issues };
}

interface Difference {
  readonly input: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}

function differences(model: wire.ModelNode<unknown>): Difference[] {
  return (inputs[model.name] ?? []).flatMap((input, index) => {
    const theirs = answers[model.name]?.[index] ?? { fault: "no answer" };
    // what makes the original fail, we may answer better
    if ("fault" in theirs) return [];
    const found = { input, ours: comparable(ourAnswer(model, input), input), theirs: comparable(theirs, input) };
    return JSON.stringify(found.ours) === JSON.stringify(found.theirs) ? [] : [found];
  });
}

/** The exception that a difference falls under. */
function exceptionOf(name: string, { ours, theirs }: Difference) {
  const said = JSON.stringify([ours, theirs]);
  return ANSWERED_OTHERWISE.find(({ models: named, about }) => named.test(name) && about.test(said));
}

const found = models.map((model) => [model.name, differences(model)] as const);

describe("the original and we answer alike to inputs of", () => {
  test.each(found)("%s", (name, differing) => {
    expect(differing.filter((difference) => exceptionOf(name, difference) === undefined)).toEqual([]);
  });
});

test("every exception is still needed", () => {
  const used = new Set(found.flatMap(([name, differing]) => differing.map((difference) => exceptionOf(name, difference))));
  expect(ANSWERED_OTHERWISE.filter((exception) => !used.has(exception))).toEqual([]);
});
