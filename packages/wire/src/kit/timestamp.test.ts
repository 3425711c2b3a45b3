import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addSeconds, fromMicroseconds, microseconds, parseTimestamp, secondsBetween, type Timestamp } from "./index.ts";

/** The counts that a double tells apart: from 1684 to 2255. */
const moment = fc.maxSafeInteger();

function at(text: string): Timestamp {
  const timestamp = parseTimestamp(text);
  if (timestamp === undefined) throw new Error(`not a timestamp: ${text}`);
  return timestamp;
}

describe("timestamps", () => {
  test("a count of microseconds survives the text, and the text is canonical", () => {
    fc.assert(
      fc.property(moment, (count) => {
        const timestamp = fromMicroseconds(count);
        expect(microseconds(timestamp)).toBe(count);
        expect(parseTimestamp(timestamp)).toBe(timestamp);
        expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/);
      }),
    );
  });

  test("without its Z, the text orders as time does", () => {
    fc.assert(
      fc.property(moment, moment, (one, other) => {
        const earlier = fromMicroseconds(Math.min(one, other)).replace("Z", "");
        expect(earlier <= fromMicroseconds(Math.max(one, other)).replace("Z", "")).toBe(true);
      }),
    );
  });

  test("every spelling of a moment is the same moment", () => {
    const offset = fc.integer({ min: -1439, max: 1439 });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e15 }),
        offset,
        fc.constantFrom("T", " ", "t", "_"),
        fc.boolean(),
        (count, minutes, separator, colon) => {
          const local = fromMicroseconds(count + minutes * 6e7)
            .replace("Z", "")
            .replace("T", separator);
          const size = Math.abs(minutes);
          const clock = [Math.floor(size / 60), size % 60].map((part) => String(part).padStart(2, "0")).join(colon ? ":" : "");
          expect(parseTimestamp(`${local}${minutes < 0 ? "-" : "+"}${clock}`)).toBe(fromMicroseconds(count));
        },
      ),
    );
  });

  test("adding seconds and measuring them are inverse, to the microsecond", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e15 }), fc.integer({ min: -1e12, max: 1e12 }), (count, step) => {
        const start = fromMicroseconds(count);
        const end = addSeconds(start, step / 1e6);
        expect(secondsBetween(start, end)).toBe(step / 1e6);
        expect(microseconds(end)).toBe(count + step);
      }),
    );
  });

  test.each([
    ["9999-12-31T23:59:58.000001Z", 0.999999, "9999-12-31T23:59:59Z"],
    ["2026-12-31T23:59:59.999999Z", 0.000001, "2027-01-01T00:00:00Z"],
    ["2024-02-28T12:00:00Z", 86400, "2024-02-29T12:00:00Z"],
    ["0001-01-01T00:00:01Z", -1, "0001-01-01T00:00:00Z"],
  ])("%s and %d s is %s", (start, seconds, end) => {
    expect(addSeconds(at(start), seconds)).toBe(end);
  });

  test.each([
    ["2026-11-23T10:11:12.5Z", "2026-11-23T10:11:12.500000Z"],
    [1795415309, "2026-11-23T06:28:29Z"],
    [1795415309146, "2026-11-23T06:28:29.146000Z"],
    [JSON.rawJSON("1795415309.0"), "2026-11-23T06:28:29Z"],
    ["2026-02-30", undefined],
    ["0000-01-01T00:00:00Z", undefined],
    ["0001-01-01T00:00:00+00:01", undefined],
    ["9999-12-31T23:59:59-00:01", undefined],
    [true, undefined],
    [null, undefined],
    [Number.NaN, undefined],
    [{}, undefined],
  ])("%j is %s", (input, timestamp) => {
    expect(parseTimestamp(input)).toBe(timestamp);
  });

  test("a moment beyond the calendar is an error, not a text", () => {
    expect(() => addSeconds(at("9999-12-31T23:59:59Z"), 1)).toThrow(RangeError);
    expect(() => addSeconds(at("0001-01-01T00:00:00Z"), -1)).toThrow(RangeError);
    expect(() => fromMicroseconds(Number.NaN)).toThrow(RangeError);
  });
});
