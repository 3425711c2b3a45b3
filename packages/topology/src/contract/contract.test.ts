import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type ContractEntry, isContractName, jobs, secretsContract, services } from "../index.ts";

const published = readFileSync(new URL("../../test/fixtures/published-secrets.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));

/** The letter under which the published list's five shapes of values are known; `-` for values that no database reads. */
function shapeOf(entry: ContractEntry): string {
  if (entry.kind === "password") return "E";
  if (entry.kind !== "connection") return "-";
  if (entry.user === "service") return "A";
  if (entry.scheme === "postgresql+asyncpg") return "D";
  return entry.database === "postgres" ? "C" : "B";
}

function line(entry: ContractEntry): string {
  const { object, key, encoding } = entry;
  const user = "user" in entry ? entry.user : "-";
  const [scheme, database] = entry.kind === "connection" ? [entry.scheme, entry.database] : ["-", "-"];
  const instance = entry.kind === "connection" ? entry.instance : entry.kind === "password" ? "primary" : "-";
  return [object, key, shapeOf(entry), user, scheme, encoding, database, instance].join(" ");
}

const { entries } = secretsContract("seed");

test("the seed contract is the published list, key by key and in its order", () => {
  expect(entries.map(line)).toEqual(published);
});

test("it has 89 keys in eight Secrets: 69 + 1 + 6 connection strings, 3 passwords, 4 external, 6 of Redis", () => {
  const count = (matches: (entry: ContractEntry) => boolean) => entries.filter(matches).length;
  expect(new Set(entries.map(({ object }) => object)).size).toBe(8);
  expect(new Set(entries.map(({ object, key }) => `${object}/${key}`)).size).toBe(89);
  expect(["A", "B", "C", "D", "E"].map((shape) => count((entry) => shapeOf(entry) === shape))).toEqual([69, 3, 3, 1, 3]);
  expect([count(({ kind }) => kind === "external"), count(({ kind }) => kind === "redis")]).toEqual([4, 6]);
});

test("praetor's contract is the seed's and its additions, each with a reason", () => {
  const praetor = secretsContract("praetor");
  const added = praetor.additions.map(({ entry }) => entry);
  expect(praetor.entries.filter((entry) => !added.includes(entry))).toEqual(entries);
  expect(added.map(({ object, key }) => `${object}/${key}`)).toEqual([
    "external-service-secrets/entra-client-secret",
    "platform-keys/block-encryption",
    "platform-keys/token-signing",
    "redis-passwords/concurrency-leases",
  ]);
  for (const { reason } of praetor.additions) expect(reason).toMatch(/\.$/);
});

test("keys of one Secret stand together", () => {
  const objects = secretsContract("praetor").entries.map(({ object }) => object);
  expect(objects.filter((object, index) => object !== objects[index - 1])).toHaveLength(new Set(objects).size);
});

test("every reader is a service or a job, and only a role that nobody uses yet has none", () => {
  const names = new Set<string>([...services, ...jobs].map(({ name }) => name));
  for (const { key, readers } of secretsContract("praetor").entries) {
    expect([key, readers.filter((name) => !names.has(name))]).toEqual([key, []]);
    expect([key, readers.length > 0]).toEqual([key, key !== "concurrency-leases"]);
  }
});

test.each([
  ["seed", true],
  ["praetor", true],
  ["toString", false],
])("%s names a contract: %s", (name, known) => {
  expect(isContractName(name)).toBe(known);
});
