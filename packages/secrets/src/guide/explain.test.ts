import { secretsContract } from "@praetor/topology";
import { expect, test } from "vitest";
import { explain } from "./explain.ts";

const praetor = secretsContract("praetor");

test.each([
  ["partman", 1],
  ["schema-setup", 3],
  ["nebula-api", 6],
  ["orion-user-connection-strings/nebula-api", 1],
  ["redis-passwords/partman", 0],
  ["nothing", 0],
])("%s is explained %d times", (name, count) => {
  expect(explain(praetor, name)).toHaveLength(count);
});

test("every key has an explanation with who reads it and what they see", () => {
  for (const { object, key, readers } of praetor.entries) {
    const [found] = explain(praetor, `${object}/${key}`);
    expect(found?.readers.map(({ name }) => name)).toEqual(readers);
    for (const { outage } of found?.readers ?? []) expect(outage).not.toBe("it does not start");
    expect(found?.example).not.toBe("");
  }
});

test("the example has the published encoding", () => {
  const [partman] = explain(praetor, "partman");
  expect(partman?.example).toBe("postgresql+asyncpg://postgres:%20%21%40@primary.internal:5432/events");
});
