import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { duration, integer, JsonText, number, parseJson, uuid } from "./index.ts";
import { KINDS } from "./kinds.testing.ts";

/** Inputs that come near the recorded kinds: their keys, and texts that look like numbers, times and ids. */
const word = fc.oneof(
  fc.constantFrom("circle", "RED", "a", "x", "true", "12", "1.0", "PT1H", "2026-11-23", "7c1f3c1e0b0e4c439f0a2b5f1d2e3a4b"),
  fc.stringMatching(/^[-+P\d.:TZ ]{1,12}$/),
  fc.string(),
);
const key = fc.oneof(fc.constantFrom("x", "y", "id", "kind", "radius", "low", "high", "points", "1", "__proto__"), fc.string());
const input = fc
  .letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.oneof(
        fc.constantFrom(null, true, false, 0, 1, 1.5, -1, 1e300),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        word,
      ),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(key, tie("value"), { maxKeys: 4 }),
    ),
  }))
  .value.map((value) => JSON.stringify(value).replaceAll(/(?<=[:[,])(\d+)(?=[,\]}])/g, "$1.0"));

describe.each(Object.entries(KINDS))("%s", (_, schema) => {
  test("is read without throwing, and what is written of it is read as the same", () => {
    fc.assert(
      fc.property(input, (text) => {
        const parsed = schema.parse(parseJson(text));
        if (!parsed.ok) {
          expect(parsed.issues.length).toBeGreaterThan(0);
          expect(() => JSON.stringify(parsed.issues)).not.toThrow();
          return;
        }
        const written = schema.dump(parsed.value);
        const again = schema.parse(parseJson(written));
        expect(again.ok ? schema.dump(again.value) : again).toBe(written);
      }),
    );
  });
});

describe("every spelling of", () => {
  test("an integer is the integer", () => {
    fc.assert(
      fc.property(
        fc.maxSafeInteger(),
        fc.constantFrom("", " ", "\n"),
        fc.constantFrom("", ".0", ".00"),
        (value, space, zeros) => {
          expect(integer().parse(`${space}${value}${zeros}${space}`)).toEqual({ ok: true, value });
          expect(integer().parse(parseJson(`${value}${zeros}`))).toEqual({ ok: true, value: value + 0 });
        },
      ),
    );
  });

  test("a float is the float, and is written so that it is read as one", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        // JavaScript spells both zeros `0`.
        expect(number().parse(String(value))).toEqual({ ok: true, value: value + 0 });
        const written = number().dump(value);
        expect(written).toMatch(/[.e]/);
        expect(Number(written)).toBe(value);
        expect(JsonText.of(parseJson(written)).text).toBe(written);
      }),
    );
  });

  test("a UUID is the UUID", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.func(fc.boolean()), (value, isUpper) => {
        const mixed = value.replaceAll(/[a-f]/g, (letter, at: number) => (isUpper(at) ? letter.toUpperCase() : letter));
        for (const spelling of [mixed, mixed.replaceAll("-", ""), `{${mixed}}`, `urn:uuid:${mixed}`])
          expect(uuid().parse(spelling)).toEqual({ ok: true, value });
      }),
    );
  });

  test("a duration is the same number of seconds", () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.nat(23),
        fc.nat(59),
        fc.nat(59),
        fc.nat(999_999),
        (days, hours, minutes, seconds, micros) => {
          const total = days * 86400 + hours * 3600 + minutes * 60 + seconds;
          const value = (total * 1e6 + micros) / 1e6;
          const two = (part: number) => String(part).padStart(2, "0");
          const clock = `${two(hours)}:${two(minutes)}:${two(seconds)}.${String(micros).padStart(6, "0")}`;
          const fraction = `${seconds}.${String(micros).padStart(6, "0")}`;
          for (const spelling of [`${days} days, ${clock}`, `P${days}DT${hours}H${minutes}M${fraction}S`, value])
            expect(duration().parse(spelling)).toEqual({ ok: true, value });
          expect(duration().parse(`-P${days}DT${hours}H${minutes}M${fraction}S`)).toEqual({
            ok: true,
            value: value === 0 ? 0 : -value,
          });
        },
      ),
    );
  });
});
