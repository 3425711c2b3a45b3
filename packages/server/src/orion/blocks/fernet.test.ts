import { expect, test } from "vitest";
import { Fernet, InvalidToken } from "./fernet.ts";

// The specification's own vectors (github.com/fernet/spec).
const SPEC_KEY = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
const SPEC_TOKEN = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";

test("opens the token of the specification", () => {
  expect(new Fernet(SPEC_KEY).decrypt(SPEC_TOKEN)).toBe("hello");
});

test.each(["", "a", "exactly sixteen!", "ü😀".repeat(500)])("gives back what it took: %j", (text) => {
  const fernet = new Fernet(Fernet.generateKey());
  expect(fernet.decrypt(fernet.encrypt(text))).toBe(text);
});

test("makes a different token of the same text each time", () => {
  const fernet = new Fernet(SPEC_KEY);
  expect(fernet.encrypt("x")).not.toBe(fernet.encrypt("x"));
});

test.each([
  ["nothing", ""],
  ["not base64", "%%%%"],
  ["too short", SPEC_TOKEN.slice(0, 40)],
  ["another version", `hA${SPEC_TOKEN.slice(2)}`],
  ["an altered text", `${SPEC_TOKEN.slice(0, 40)}A${SPEC_TOKEN.slice(41)}`],
  ["an altered signature", `${SPEC_TOKEN.slice(0, -4)}AA==`],
])("refuses a token that is %s", (_, token) => {
  expect(() => new Fernet(SPEC_KEY).decrypt(token)).toThrow(InvalidToken);
});

test("refuses a token of another key", () => {
  expect(() => new Fernet(Fernet.generateKey()).decrypt(SPEC_TOKEN)).toThrow(InvalidToken);
});

test.each(["", "short", "A".repeat(100)])("refuses a key that is not 32 bytes: %j", (key) => {
  expect(() => new Fernet(key)).toThrow(TypeError);
});
