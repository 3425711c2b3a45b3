import { secretsContract } from "@praetor/topology";
import { expect, test } from "vitest";
import { percentEncode } from "../percent-encoding.ts";
import { samplePasswords, sampleSet, setOf, type Texts, textsOf } from "../testing.ts";
import { check } from "./check.ts";
import type { FindingCode } from "./finding.ts";

const seed = secretsContract("seed");
const service = samplePasswords.users.service.reveal();
const superuser = samplePasswords.users.super.reveal();
const redis = "One Redis, 1 pa$$word";

const withPasswords = (one: string, two: string, third = redis): Texts => {
  const swap = (value: string): string => {
    if (value === service) return one;
    if (value === redis) return third;
    return value
      .replace(percentEncode(service), () => percentEncode(one))
      .replace(percentEncode(superuser), () => percentEncode(two));
  };
  const texts = Object.entries(textsOf(sampleSet()));
  return Object.fromEntries(
    texts.map(([object, values]) => [
      object,
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, swap(value)])),
    ]),
  );
};
const strong = "kV7-q2Lw9_xT4mZ8rB1n";

test.each<[string, string, string, string, [FindingCode, string][]]>([
  ["a weak one", "abc123", strong, redis, [["password_weak", "prefect-user-password"]]],
  ["one of few characters", "aaaaaaaaaaaaaaaaaaaaaa", strong, redis, [["password_weak", "prefect-user-password"]]],
  [
    "one that clients prepare differently",
    `${strong}ﬁ😀`,
    strong + "2",
    redis,
    [["password_ambiguous", "prefect-user-password"]],
  ],
  ["a default", "prefect", strong, redis, [["password_default", "prefect-user-password"]]],
  ["a default with a number", strong, "Postgres123!", redis, [["password_default", "db-migration"]]],
  ["one for both users", strong, strong, redis, [["password_reused", "db-migration"]]],
])("%s is found once, at the first key that holds it", (_, one, two, third, expected) => {
  const found = check(setOf(withPasswords(one, two, third)), seed);
  expect(found.map(({ code, key }) => [code, key])).toEqual(expected);
});

test("Redis with the superuser's password is reused in each role; roles among themselves may share one", () => {
  const found = check(setOf(withPasswords(strong, `${strong}2`, `${strong}2`)), seed);
  expect(found.map(({ code, object }) => [code, object])).toEqual(
    Array.from({ length: 6 }, () => ["password_reused", "redis-passwords"]),
  );
});
