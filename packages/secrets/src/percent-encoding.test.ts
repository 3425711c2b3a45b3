import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { percentDecode, percentDecodeBytes, percentEncode, percentEncodeBytes } from "./percent-encoding.ts";

const bytes = fc.uint8Array({ maxLength: 64 });
const text = fc.string({ unit: "binary" }).filter((value) => value.isWellFormed() && !value.includes("\0"));

test("the published example", () => {
  expect(percentEncode(" !@")).toBe("%20%21%40");
});

/** Written by Python's `urllib.parse.quote(text, safe="")`; the templates of the chart are held to them, too. */
const fixtures = JSON.parse(
  readFileSync(new URL("../test/fixtures/percent-encoding.json", import.meta.url), "utf8"),
) as readonly { readonly text: string; readonly encoded: string }[];

test.each(fixtures)("%j is encoded as another implementation does it", ({ text: given, encoded }) => {
  expect(percentEncode(given)).toBe(encoded);
});

test("every byte but the unreserved characters is written as % and upper-case hex", () => {
  const all = percentEncodeBytes(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  expect(all.replace(/%[0-9A-F]{2}/g, "")).toBe("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");
});

test("decoding gives any bytes back, and only unreserved characters and escapes are written", () => {
  fc.assert(
    fc.property(bytes, (given) => {
      const encoded = percentEncodeBytes(given);
      expect(encoded).toMatch(/^([A-Za-z0-9\-._~]|%[0-9A-F]{2})*$/);
      expect([...(percentDecodeBytes(encoded) ?? [])]).toEqual([...given]);
    }),
    { numRuns: 1000 },
  );
});

test("different bytes are written differently, and what is canonical is written as it was read", () => {
  const canonical = fc
    .array(fc.oneof(fc.constantFrom("a", "Z", "0", "9", "-", ".", "_", "~"), fc.constantFrom("%20", "%00", "%FF", "%E9", "%2B")))
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(canonical, (encoded) => {
      expect(percentEncodeBytes(percentDecodeBytes(encoded) ?? new Uint8Array())).toBe(encoded);
    }),
  );
});

test("text is encoded over its UTF-8 bytes, and decoded from them", () => {
  fc.assert(
    fc.property(text, (given) => {
      expect(percentEncode(given)).toBe(percentEncodeBytes(Buffer.from(given)));
      expect(percentDecode(percentEncode(given))).toBe(given);
    }),
  );
});

test.each(["%", "%2", "%zz", "a%"])("%s is no encoding", (cut) => {
  expect(percentDecodeBytes(cut)).toBeUndefined();
});

test("half of a surrogate pair is refused rather than replaced", () => {
  expect(() => percentEncode("\uD800")).toThrow(URIError);
});
