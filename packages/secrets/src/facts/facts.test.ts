import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Secret } from "../secret.ts";
import { entryOf } from "../set/secret-set.ts";
import { samplePasswords, sampleSet, textsOf } from "../testing.ts";
import { deriveSet } from "./derive.ts";
import { FactsError } from "./facts-error.ts";
import { factsFrom, readFacts } from "./read.ts";
import { formatReference, parseReference, type Reference, referenceExamples } from "./reference.ts";
import { resolvePasswords } from "./resolve.ts";

const two = { database: { host: "db.internal" }, superUser: { password: "env:SUPER" } };

function problemsOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof FactsError) return error.problems.map(({ path, problem }) => `${path}: ${problem}`);
    throw error;
  }
  return [];
}

test("two facts are enough", () => {
  const facts = factsFrom(two);
  const server = { host: "db.internal", port: 5432 };
  expect(facts.databases.orion).toEqual({ primary: server, replica: server });
  expect(facts.users.service).toEqual({ name: "prefect", password: { kind: "generate" } });
  expect(facts.users.super).toEqual({ name: "postgres", password: { kind: "env", name: "SUPER" } });
  expect([...facts.others.keys()]).toEqual(["platform-keys/block-encryption", "platform-keys/token-signing"]);
});

test("a database may have servers of its own, and then has no replica of the others'", () => {
  const { databases } = factsFrom({
    ...two,
    database: {
      host: "a",
      replica: { host: "a2" },
      events: { host: "e", port: 6432 },
      nebula: { replica: { host: "n2", port: 1 } },
    },
  });
  const at = (host: string, port = 5432) => ({ host, port });
  expect(databases.orion).toEqual({ primary: at("a"), replica: at("a2") });
  expect(databases.events).toEqual({ primary: at("e", 6432), replica: at("e", 6432) });
  expect(databases.nebula).toEqual({ primary: at("a"), replica: at("n2", 1) });
});

test.each<[string, unknown, string[]]>([
  ["nothing", {}, ["superUser.password: is missing", "database.host: is missing"]],
  ["no mapping", [], [": is not a mapping of keys to values", "superUser.password: is missing", "database.host: is missing"]],
  ["a misspelled fact", { ...two, databse: {} }, ["databse: is no fact that is known here"]],
  ["a misspelled role", { ...two, redis: { caches: "env:X" } }, ["redis.caches: is no fact that is known here"]],
  [
    "Entra in the seed's contract",
    { ...two, contract: "seed", signOn: { entra: { clientSecret: "env:X" } } },
    ["signOn.entra.clientSecret: is no fact that is known here"],
  ],
  [
    "a port in the host",
    { ...two, database: { host: "db:5433" } },
    ["database.host: is not a host name or address, without port", "database.host: is missing"],
  ],
  ["a port that is none", { ...two, database: { host: "db", port: "x" } }, ["database.port: is not a port"]],
  [
    "a generated superuser",
    { ...two, superUser: { password: "generate" } },
    ["superUser.password: cannot be generated: the superuser exists, and has one"],
  ],
  [
    "the secret itself",
    { ...two, superUser: { password: "hunter2" } },
    [
      "superUser.password: is no reference, and may be the secret itself, which must not stand here",
      "superUser.password: is missing",
    ],
  ],
  ["a cut reference", { ...two, mail: { password: "vault:hunter2" } }, ["mail.password: is a reference that cannot be read"]],
])("facts with %s are refused, every problem at once", (_, facts, problems) => {
  const found = problemsOf(() => factsFrom(facts));
  expect(found.toSorted()).toEqual(problems.toSorted());
  expect(found.join()).not.toContain("hunter2");
});

test("facts that are no YAML name the line and repeat nothing", () => {
  expect(problemsOf(() => readFacts("a: b\nhunter2: [hunter2"))).toEqual([": line 2 is no YAML"]);
});

test.each(referenceExamples)("%s is written as it is read", (text) => {
  const parsed = parseReference(text);
  const reference = "reference" in parsed ? parsed.reference : undefined;
  expect(reference && formatReference(reference).replace(/\/latest$/, "")).toBe(text);
});

test("references of every kind survive being written", () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
  const reference: fc.Arbitrary<Reference> = fc.oneof(
    fc.record({ kind: fc.constant("kubernetes" as const), namespace: word, secret: word, key: word }),
    fc.record({ kind: fc.constant("kubernetes" as const), secret: word, key: word }),
    fc.record({ kind: fc.constantFrom("vault" as const, "openbao" as const), path: word, field: word }),
    fc.record({ kind: fc.constant("aws" as const), secret: word, field: word }),
    fc.record({ kind: fc.constant("azure" as const), vault: word, secret: word }),
    fc.record({ kind: fc.constant("gcp" as const), project: word, secret: word, version: fc.constantFrom("latest", "7") }),
  );
  fc.assert(
    fc.property(reference, (given) => {
      expect(parseReference(formatReference(given))).toEqual({ reference: given });
    }),
  );
});

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "praetor-facts-"))));
afterAll(() => rmSync(folder, { recursive: true }));

test("secrets come from the environment, from files without their last line break, and from stores", async () => {
  writeFileSync(join(folder, "pw"), "from a file \n");
  const facts = factsFrom({ ...two, serviceUser: { password: "file:pw" }, mail: { password: "vault:a#b" } });
  const vault = async () => Secret.of("from a vault");
  const { users, others } = await resolvePasswords(facts, {
    environment: { SUPER: "from a variable" },
    folder,
    stores: { vault },
  });
  expect([users.super.reveal(), users.service.reveal()]).toEqual(["from a variable", "from a file "]);
  expect(others.get("external-service-secrets/smtp-password")?.reveal()).toBe("from a vault");
});

test.each<[string, Record<string, string>, RegExp]>([
  ["env:SUPER", {}, /env:SUPER is not set/],
  ["env:SUPER", { SUPER: "" }, /is empty/],
  ["env:SUPER", { SUPER: "a\0b" }, /NUL/],
  ["file:none", {}, /file:none cannot be read \(ENOENT\)/],
  ["aws:a#b", {}, /cannot be read here/],
])("%s with %j is an error", async (password, environment, message) => {
  const facts = factsFrom({ ...two, superUser: { password } });
  await expect(resolvePasswords(facts, { environment, folder })).rejects.toThrow(message);
});

test("what exists is kept, and only what is missing is generated", async () => {
  const facts = factsFrom(two);
  const sources = { environment: { SUPER: "superuser" }, folder };
  const fresh = await resolvePasswords(facts, sources);
  expect(fresh.users.service.reveal()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  const again = await resolvePasswords(facts, { ...sources, existing: deriveSet(facts, fresh) });
  expect(textsOf(deriveSet(facts, again))).toEqual(textsOf(deriveSet(facts, fresh)));
  const other = await resolvePasswords(facts, sources);
  expect(other.users.service.equals(fresh.users.service)).toBe(false);
});

test("derived values have the published forms", () => {
  const set = sampleSet();
  const value = (object: string, key: string) => entryOf(set, object, key)?.value.reveal();
  const password = "s3rvice%20pa%24%24%20%28w%27rd%29%21%2A%40%2F%C3%A9";
  expect(value("events-replica-user-connection-strings", "logs")).toBe(
    `postgresql+asyncpg://prefect:${password}@events-ro.internal:6433/events`,
  );
  expect(value("orion-user-connection-strings", "schema-setup")).toMatch(
    /^postgresql:\/\/postgres:[^@]*@db\.internal:5432\/postgres$/,
  );
  expect(value("events-user-connection-strings", "partman")).toMatch(
    /^postgresql\+asyncpg:\/\/postgres:[^@]*@events\.internal:6432\/events$/,
  );
  expect(value("nebula-user-connection-strings", "prefect-user-password")).toBe(samplePasswords.users.service.reveal());
  expect(value("external-service-secrets", "adfs-client-secret")).toBe("");
});
