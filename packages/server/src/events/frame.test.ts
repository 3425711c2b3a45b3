import { Event, JsonText, parseJson } from "@praetor/wire";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readEvent } from "./frame.ts";
import { testEvent } from "./testing.ts";

const around = { occurred: "2026-11-23T10:00:00Z", event: "e", resource: { "prefect.resource.id": "r" }, id: testEvent().id };
const textWith = (payload: string) => `${JSON.stringify(around).slice(0, -1)},"payload":${payload}}`;

test.each([
  '{"ratio":1.0,"big":18446744073709551616,"e":1e400}',
  '{ "spaced" : [ 1 , { "deep" : [] } ] }',
  '{"quote":"\\"","brace":"}","bracket":"]","comma":",","backslash":"\\\\","nul":"\\u0000"}',
  '{"z":1,"a":2,"10":3,"2":4,"a":5}',
  '{"payload":{"payload":1}}',
  "{}",
])("the payload %s is kept to the letter", (payload) => {
  for (const text of [textWith(payload), `{"payload":${payload},${JSON.stringify(around).slice(1)}`, ` ${textWith(payload)}\n`]) {
    const parsed = readEvent(text, Event);
    expect(parsed).toMatchObject({ ok: true, value: { ...around, payload: { text: payload } } });
  }
});

test("whatever the payload and wherever it stands, the event is what a parser of the whole text finds", () => {
  const keys = fc.constantFrom("occurred", "event", "resource", "id", "related", "unknown", "follows");
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.shuffledSubarray([0, 1, 2, 3, 4]),
      fc.array(keys),
      (payload, order, twice) => {
        const entries = Object.entries({ ...around, payload });
        const parts = [...order.flatMap((index) => entries.slice(index, index + 1)), ...twice.map((key) => [key, [key]])];
        const text = `{${parts.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(" ,\n")}}`;
        expect(outcome(() => readEvent(text, Event))).toEqual(outcome(() => Event.parse(parseJson(text))));
      },
    ),
  );
});

test("a text that is no event, or no JSON, is refused as a parser of the whole text refuses it", () => {
  const whole = textWith('{"a":[1,{"b":"c\\"d"}]}');
  for (let length = 0; length < whole.length; length += 1) {
    for (const text of [
      whole.slice(0, length),
      `${whole.slice(0, length)}${whole.slice(length + 1)}`,
      `${whole.slice(0, length)}"${whole.slice(length)}`,
    ]) {
      expect(
        outcome(() => readEvent(text, Event)),
        text,
      ).toEqual(outcome(() => Event.parse(parseJson(text))));
    }
  }
});

test.each([
  ['{"payload":[]}', "list"],
  ['{"payload":null}', "null"],
  [textWith('{"a":1},"payload":{"b":2}'), "two payloads"],
  [textWith('{"a":1},"pay\\u006coad":{"b":2}'), "a payload in disguise"],
  [textWith(`${'{"a":'.repeat(600)}1${"}".repeat(600)}`), "a payload too deep"],
  [`{"related":${"[".repeat(600)}${"]".repeat(600)},"payload":{}}`, "something else too deep"],
])("%#: %s", (text) => {
  expect(outcome(() => readEvent(text, Event))).toEqual(outcome(() => Event.parse(parseJson(text))));
});

/** The event, that there are issues, or that it was no JSON; where and why does not matter, since nobody is told. */
function outcome(read: () => ReturnType<typeof readEvent>): unknown {
  try {
    const parsed = read();
    return parsed.ok ? { ...parsed.value, payload: new JsonText(JSON.stringify(parsed.value.payload.value())) } : "invalid";
  } catch {
    return "no JSON";
  }
}
