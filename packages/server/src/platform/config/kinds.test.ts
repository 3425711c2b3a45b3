import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { boolean, choice, integer, type Kind, path, seconds, text, words } from "./kinds.ts";

const level = choice(["warn", "error"], { warning: "warn" });

test.each<[Kind<unknown>, unknown, unknown]>([
  [text, "x", "x"],
  [text, 1, undefined],
  [boolean, "Yes", true],
  [boolean, " off ", false],
  [boolean, true, true],
  [boolean, 0, false],
  [boolean, "maybe", undefined],
  [integer({ minimum: 1, maximum: 9 }), "9", 9],
  [integer({ minimum: 1, maximum: 9 }), "10", undefined],
  [integer(), "1.5", undefined],
  [integer(), "0x10", undefined],
  [integer(), "", undefined],
  [integer(), "9007199254740993", undefined],
  [seconds(), "1.5", 1.5],
  [seconds(), "-1", undefined],
  [seconds(), "inf", undefined],
  [seconds(), "1:00:00", 3600],
  [seconds(), "7 days, 0:00:00", 604800],
  [seconds(), "PT1H30M", 5400],
  [seconds(), "P7D", 604800],
  [seconds(), "P", undefined],
  [level, "WARNING", "warn"],
  [level, "loud", undefined],
  [words, "a, b,,c", ["a", "b", "c"]],
  [words, ["a", "b"], ["a", "b"]],
  [words, ["a", 1], undefined],
  [path, "~/x", join(homedir(), "x")],
  [path, "x", resolve("x")],
  [path, "", undefined],
])("%o reads %o as %o", (kind, input, value) => {
  expect(kind.read(input)).toEqual(value);
});
