import { type ContractEntry, secretsContract } from "@praetor/topology";
import { expect, test } from "vitest";
import { percentDecode, percentEncode } from "../percent-encoding.ts";
import { sampleSet, setOf, type Texts, textsOf } from "../testing.ts";
import { check } from "./check.ts";

/** Numbers in [0, 1) that are the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

type Damage = (value: string, random: () => number) => string;

const at = (value: string, random: () => number): number => Math.floor(random() * value.length);
const pick = <T>(items: readonly [T, ...T[]], random: () => number): T => items[Math.floor(random() * items.length)] ?? items[0];

/** What hands, templates and shells do to any value. */
const anyValue: Readonly<Record<string, Damage>> = {
  newline: (value, random) => value + pick(["\n", "\r\n", "\n\n"], random),
  base64: (value) => Buffer.from(value).toString("base64"),
  quotes: (value, random) => pick([`"${value}"`, `'${value}'`], random),
  placeholder: (_, random) => pick(["<password>", "${PASSWORD}", "{{ .password }}", "$(PASSWORD)"], random),
  connection: (value) =>
    value.includes("://") ? (value.split("://")[1] ?? "") : `postgresql://prefect:${percentEncode(value)}@db:5432/orion`,
};

/** What can be seen to be wrong where the right value is known from others. */
const knownValue: Readonly<Record<string, Damage>> = {
  cut: (value, random) => value.slice(0, at(value, random)),
  lost: (value, random) => {
    const place = at(value, random);
    return value.slice(0, place) + value.slice(place + 1);
  },
  typed: (value, random) => {
    const place = at(value, random);
    return value.slice(0, place) + (value[place] === "x" ? "y" : "x") + value.slice(place + 1);
  },
  doubled: (value, random) => {
    const place = at(value, random);
    return value.slice(0, place) + value.slice(place, place + 1).repeat(2) + value.slice(place + 1);
  },
  space: (value, random) => pick([` ${value}`, `${value} `, `\t${value}`], random),
  empty: () => "",
};

const password = /:([^:/@]*)@/;
const rewritten =
  (change: (password: string) => string): Damage =>
  (value) =>
    value.replace(password, (_, text: string) => `:${change(text)}@`);

/** What is done to connection strings. */
const connection: Readonly<Record<string, Damage>> = {
  stray: (value) => value.replace(/@(?=[^@]*$)/, "@n"),
  decoded: rewritten((text) => percentDecode(text) ?? ""),
  twice: rewritten(percentEncode),
  plus: rewritten((text) => text.replaceAll("%20", "+")),
  half: rewritten((text) => encodeURIComponent(percentDecode(text) ?? "")),
  driver: (value) =>
    value.includes("+asyncpg") ? value.replace("+asyncpg", "") : value.replace("postgresql:", "postgresql+asyncpg:"),
  otherDriver: (value, random) => value.replace(/^[^:]*/, pick(["postgres", "mysql", "postgresql+psycopg", "redis"], random)),
  user: (value, random) => value.replace(/\/\/[^:]*/, `//${pick(["admin", "prefect2", "Postgres"], random)}`),
  port: (value, random) => value.replace(/:\d+\//, `:${pick(["5431", "543", "54322", "<port>", ""], random)}/`),
  database: (value, random) => value.replace(/\/[^/]*$/, `/${pick(["prefect", "template1", "Orion", ""], random)}`),
  host: (value, random) => value.replace(/@[^@:]*:/, `@${pick(["localhost", "10.0.0.1", "<host>", "db"], random)}:`),
};

/** Redis and other parties have one value each; a different one shows only when it is tried. */
const opaque = (entry: ContractEntry): boolean => entry.kind === "redis" || entry.kind === "external";

function damagesFor(entry: ContractEntry): Readonly<Record<string, Damage>> {
  if (opaque(entry)) return { ...anyValue, encoded: percentEncode };
  if (entry.kind === "connection") return { ...anyValue, ...knownValue, ...connection };
  return { ...anyValue, ...knownValue, encoded: percentEncode };
}

const contract = secretsContract("seed");
const correct = textsOf(sampleSet());

function damage(random: () => number): { texts: Texts; object: string; key: string; how: string } {
  const entry = contract.entries[Math.floor(random() * contract.entries.length)];
  if (entry === undefined) throw new Error("The contract is empty.");
  const { object, key } = entry;
  const { [key]: value = "", ...others } = correct[object] ?? {};
  const kinds = damagesFor(entry);
  const names: [string, ...string[]] = ["missing", "renamed", ...(value === "" ? [] : Object.keys(kinds))];
  const how = pick(names, random);
  const values =
    how === "missing"
      ? others
      : how === "renamed"
        ? { ...others, [`${key}s`]: value }
        : { ...others, [key]: kinds[how]?.(value, random) ?? "" };
  return { texts: { ...correct, [object]: values }, object, key, how };
}

test("a correct set damaged in a thousand ways is never taken for correct, and the damaged key is named and no neighbour", () => {
  const random = randomFrom(20_261_124);
  const wrong: unknown[] = [];
  const tried = new Set<string>();
  for (let count = 0; count < 1000; ) {
    const { texts, object, key, how } = damage(random);
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
