import { secretsContract } from "@praetor/topology";
import { expect, test } from "vitest";
import { sampleSet, setOf, textsOf } from "../testing.ts";
import { damage, randomFrom } from "../testing-damage.ts";
import { check } from "./check.ts";

const contract = secretsContract("seed");
const correct = textsOf(sampleSet());

test("a correct set damaged in a thousand ways is never taken for correct, and the damaged key is named and no neighbour", () => {
  const random = randomFrom(20_261_124);
  const wrong: unknown[] = [];
  const tried = new Set<string>();
  for (let count = 0; count < 1000; ) {
    const { texts, object, key, how } = damage(correct, contract, random);
    // A value may have nothing for this damage to change: then it is still correct.
    if (how !== "missing" && how !== "renamed" && texts[object]?.[key] === correct[object]?.[key]) continue;
    count += 1;
    tried.add(how);
    const found = check(setOf(texts), contract);
    const own = found.filter((finding) => finding.object === object && (finding.key === key || finding.key === `${key}s`));
    if (own.length === 0 || own.length < found.length) wrong.push({ how, object, key, found });
  }
  expect(wrong).toEqual([]);
  expect(tried.size).toBe(25);
}, 60_000);
