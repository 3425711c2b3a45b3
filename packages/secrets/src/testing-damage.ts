import type { Contract, ContractEntry } from "@praetor/topology";
import { percentDecode, percentEncode } from "./percent-encoding.ts";
import type { Texts } from "./testing.ts";

/** Numbers in [0, 1) that are the same in every run. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** One way of damaging a value. */
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

export interface Damaged {
  readonly texts: Texts;
  readonly object: string;
  readonly key: string;
  readonly how: string;
}

/** Damages one key of a correct set; what is only seen where it is tried is damaged too when `tried`. */
export function damage(correct: Texts, contract: Contract, random: () => number, tried = false): Damaged {
  const entry = contract.entries[Math.floor(random() * contract.entries.length)];
  if (entry === undefined) throw new Error("The contract is empty.");
  const { object, key } = entry;
  const { [key]: value = "", ...others } = correct[object] ?? {};
  const kinds = tried && opaque(entry) ? { ...damagesFor(entry), ...knownValue } : damagesFor(entry);
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
