import { secretsContract } from "@praetor/topology";
import { expect, test } from "vitest";
import { percentEncode } from "../percent-encoding.ts";
import { samplePasswords, sampleSet, setOf, type Texts, textsOf } from "../testing.ts";
import { deriveSet } from "./derive.ts";
import { factsDocument } from "./document.ts";
import { importFacts } from "./import.ts";
import { readFacts } from "./read.ts";
import { resolvePasswords } from "./resolve.ts";

const seed = secretsContract("seed");
const service = percentEncode(samplePasswords.users.service.reveal());

/** Imports a set, writes the facts down, reads them, and derives every value from them. */
async function rederived(texts: Texts): Promise<Texts> {
  const set = setOf(texts);
  const { facts: input } = importFacts(set, seed);
  if (input === undefined) throw new Error("There are no facts.");
  const facts = readFacts(factsDocument(input));
  return textsOf(deriveSet(facts, await resolvePasswords(facts, { environment: {}, folder: "/nowhere", existing: set })));
}

const everywhere = (change: (value: string, object: string, key: string) => string): Texts => {
  const objects = Object.entries(textsOf(sampleSet())).map(([object, values]) => {
    return [object, Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value, object, key)]))] as const;
  });
  return Object.fromEntries(objects);
};

test.each<[string, Texts]>([
  ["in order", everywhere((value) => value)],
  ["with a stray n before every host", everywhere((value) => value.replace(/@(?=db|events)/, "@n"))],
  ["with every password unencoded", everywhere((value) => value.replace(service, () => samplePasswords.users.service.reveal()))],
  ["with every password encoded twice", everywhere((value) => value.replace(service, () => percentEncode(service)))],
  ["with a line break after every string", everywhere((value) => (value.includes("://") ? `${value}\n` : value))],
  ["with a doubled key", everywhere((value, _, key) => (key === "prefect-user-password" ? `${key}: ${value}` : value))],
  [
    "with one Secret half damaged",
    everywhere((value, object, key) =>
      object.startsWith("orion-user") && key < "m" && key !== "db-migration" ? "<password>" : value,
    ),
  ],
])("a set %s gives facts from which the right one follows", async (_, texts) => {
  expect(await rederived(texts)).toEqual(textsOf(sampleSet()));
});

test("what must be repaired is named", () => {
  const { repairs } = importFacts(setOf(everywhere((value) => value.replace(/@(?=db|events)/, "@n"))), seed);
  expect(new Set(repairs.map(({ code }) => code))).toEqual(new Set(["stray_n"]));
});

test("the facts hold no secret", () => {
  const { facts } = importFacts(sampleSet(), seed);
  const text = facts === undefined ? "" : factsDocument(facts);
  for (const secret of [...Object.values(samplePasswords.users), ...samplePasswords.others.values()]) {
    for (const form of [secret.reveal(), percentEncode(secret.reveal())]) expect(text).not.toContain(form);
  }
  expect(text).toContain("password: kubernetes:");
});

test("a set in which no key names a host gives no facts", () => {
  expect(importFacts(setOf({ "redis-passwords": { cache: "x" } }), seed).facts).toBeUndefined();
});
