import { secretsContract } from "@praetor/topology";
import { describe, expect, test } from "vitest";
import { expectationOf } from "../facts/derive.ts";
import { percentEncode } from "../percent-encoding.ts";
import { sampleFacts, samplePasswords, sampleSet, setOf, type Texts, textsOf } from "../testing.ts";
import { check } from "./check.ts";
import { type FindingCode, isClean } from "./finding.ts";

const seed = secretsContract("seed");
const service = samplePasswords.users.service.reveal();
const superuser = samplePasswords.users.super.reveal();

/** Judges a correct set of which one value was changed. */
function checkWith(object: string, key: string, change: (value: string) => string) {
  const texts = textsOf(sampleSet());
  const values: Texts[string] = { ...texts[object] };
  values[key] = change(values[key] ?? "");
  return check(setOf({ ...texts, [object]: values }), seed);
}

const orion = "orion-user-connection-strings";
const replica = "nebula-replica-user-connection-strings";
const to = (from: string | RegExp, into: string) => (value: string) => value.replace(from, () => into);
const passwordAs = (into: string) => to(percentEncode(service), into);
const superAs = (into: string) => to(percentEncode(superuser), into);

test.each(["seed", "praetor"] as const)("a correct set of the contract %s has no finding", (name) => {
  const set = sampleSet(name);
  expect(check(set, secretsContract(name))).toEqual([]);
  expect(check(set, secretsContract(name), expectationOf(sampleFacts(name), samplePasswords))).toEqual([]);
});

describe("a connection string", () => {
  test.each<[fault: string, change: (value: string) => string, code: FindingCode, message: RegExp]>([
    ["a stray n before the host", to("@db.", "@ndb."), "stray_n", /character 82/],
    ["a placeholder for the port", to(":5432", ":<port>"), "placeholder_left", /<port> is left .* character \d+/],
    ["a shell's placeholder", to("db.internal", "${DB_HOST}"), "placeholder_left", /at character 82/],
    ["a doubled key", (value) => `scheduler: ${value}`, "key_doubled", /`scheduler`; the name stands twice/],
    ["a raw password", passwordAs(service), "password_not_encoded", /character 37 of the value, 8 of the password/],
    ["a password encoded twice", passwordAs(percentEncode(percentEncode(service))), "password_encoded_twice", /`%25`/],
    ["plus for space", (value) => value.replaceAll("%20", "+"), "plus_for_space", /character 37 of the value, 8 of the password/],
    ["encodeURIComponent", passwordAs(encodeURIComponent(service)), "password_half_encoded", /encodeURIComponent.*character/],
    [
      "lower-case hex",
      (value) => value.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
      "encoding_not_canonical",
      /lower-case/,
    ],
    ["too much encoding", passwordAs(percentEncode(service).replace("s", "%73")), "encoding_not_canonical", /need none/],
    ["lost percent signs", passwordAs(percentEncode(service).replaceAll("%", "")), "password_differs", /lost its `%` signs/],
    ["another password", passwordAs("another-password"), "password_differs", /16 characters, where the others have 24/],
    ["no password", passwordAs(""), "password_missing", /no password/],
    ["a trailing newline", (value) => `${value}\n`, "trailing_newline", /ends in a line break \(character \d+\)/],
    ["a carriage return", (value) => `${value}\r\n`, "trailing_newline", /line break/],
    ["a space before", (value) => ` ${value}`, "surrounding_space", /\(character 1\)/],
    ["a space after", (value) => `${value} `, "surrounding_space", /white space/],
    ["base64 twice", (value) => Buffer.from(value).toString("base64"), "base64_twice", /once more than its carrier/],
    ["quotation marks", (value) => `"${value}"`, "value_quoted", /quotation marks/],
    ["a plain driver", to("+asyncpg", ""), "driver_wrong", /must begin with `postgresql\+asyncpg:\/\/`/],
    ["another user", to("prefect:", "prefekt:"), "user_wrong", /belongs to the service user, `prefect`/],
    ["another database", to(/orion$/, "nebula"), "database_wrong", /this key opens `orion`/],
    ["no database", to(/\/orion$/, ""), "database_wrong", /this key opens `orion`/],
    ["another port", to(":5432", ":5433"), "port_wrong", /not 5432/],
    ["no port", to(":5432", ""), "port_missing", /port is missing \(character 93\)/],
    ["another host", to("db.internal", "dc.internal"), "host_differs", /this primary/],
    ["no host", to("db.internal", ""), "host_missing", /host is missing/],
    ["the replica's host", to("db.internal", "db-replica.internal"), "primary_and_replica_swapped", /cannot write/],
    ["parameters", (value) => `${value}?sslmode=require`, "parameters_unexpected", /after `\?`/],
    ["only the password", () => service, "connection_string_invalid", /no connection string/],
    ["nothing", () => "", "value_empty", /scheduler cannot start/],
  ])("with %s", (_, change, code, message) => {
    const findings = checkWith(orion, "scheduler", change);
    expect(findings.map((finding) => [finding.code, finding.object, finding.key])).toEqual([[code, orion, "scheduler"]]);
    expect(findings[0]?.message).toMatch(message);
    expect(findings[0]?.remedy).toMatch(/\.$/);
    expect(isClean(findings)).toBe(false);
  });

  test("that names the superuser where the service user belongs says both parts of the login", () => {
    const login = `postgres:${percentEncode(superuser)}@`;
    const findings = checkWith(orion, "scheduler", to(/prefect:.*@/, login));
    expect(findings.map(({ code, key }) => [code, key])).toEqual([
      ["superuser_misplaced", "scheduler"],
      ["password_differs", "scheduler"],
    ]);
    expect(findings[0]?.message).toContain("could drop");
  });

  test.each<[string, string, (value: string) => string, FindingCode]>([
    ["partman", "a plain driver", to("+asyncpg", ""), "driver_wrong"],
    ["db-migration", "an asynchronous driver", to("postgresql:", "postgresql+asyncpg:"), "driver_wrong"],
    ["db-migration", "the service user", to("postgres:", "prefect:"), "user_wrong"],
    ["schema-setup", "its own database", to(/postgres$/, "events"), "database_wrong"],
    ["db-migration", "the maintenance database", to(/events$/, "postgres"), "database_wrong"],
    ["schema-setup", "plus for space", superAs(percentEncode(superuser).replaceAll("%20", "+")), "plus_for_space"],
  ])("of the job %s with %s", (key, _, change, code) => {
    const found = checkWith("events-user-connection-strings", key, change);
    expect(found.map((finding) => [finding.code, finding.key])).toEqual([[code, key]]);
  });

  test("of a replica that names the primary is named, and not its neighbours", () => {
    const found = checkWith(replica, "triggers", to("db-replica", "db"));
    expect(found.map(({ code, object, key }) => [code, object, key])).toEqual([["replica_is_primary", replica, "triggers"]]);
  });

  test("as the published list has it, with a stray n and placeholders, is told both", () => {
    const published = "postgresql+asyncpg://prefect:<serviceUser URL Encoded Password>@n<database hostname>:<port>/orion";
    expect(checkWith(orion, "scheduler", () => published).map(({ code }) => code)).toEqual(["stray_n", "placeholder_left"]);
  });

  test("in base64 twice with a newline inside is told both", () => {
    const found = checkWith(orion, "scheduler", (value) => Buffer.from(`${value}\n`).toString("base64"));
    expect(found.map(({ code }) => code)).toEqual(["base64_twice", "trailing_newline"]);
  });

  test("with several faults is told all of them", () => {
    const bad = "postgresql://prefect:wrong password@ndb.internal:1/nebula\n";
    const codes = checkWith(orion, "scheduler", () => bad).map(({ code }) => code);
    expect(codes).toEqual([
      "trailing_newline",
      "driver_wrong",
      "password_not_encoded",
      "stray_n",
      "port_wrong",
      "database_wrong",
    ]);
  });
});

describe("a plain value", () => {
  test.each<[string, string, string, (value: string) => string, FindingCode, RegExp]>([
    [orion, "prefect-user-password", "percent-encoded", percentEncode, "encoded_where_raw", /character 8/],
    [orion, "prefect-user-password", "another password", () => "another password", "password_differs", /16 characters/],
    [orion, "prefect-user-password", "a trailing newline", (value) => `${value}\n`, "trailing_newline", /line break/],
    [orion, "prefect-user-password", "base64", (value) => Buffer.from(value).toString("base64"), "base64_twice", /once more/],
    [orion, "prefect-user-password", "a doubled key", (value) => `prefect-user-password: ${value}`, "key_doubled", /twice/],
    [
      orion,
      "prefect-user-password",
      "a placeholder",
      () => "<NON URL ENCODED serviceUser password>",
      "placeholder_left",
      /NON URL ENCODED/,
    ],
    [orion, "prefect-user-password", "a space before", (value) => ` ${value}`, "surrounding_space", /character 1\b/],
    [orion, "prefect-user-password", "nothing", () => "", "value_empty", /gives the service user/],
    [
      orion,
      "prefect-user-password",
      "a connection string",
      () => "postgresql://a:b@c:1/d",
      "connection_string_unexpected",
      /alone/,
    ],
    ["redis-passwords", "work", "percent-encoded", percentEncode, "encoded_where_raw", /taken as it is/],
    ["redis-passwords", "work", "a trailing newline", (value) => `${value}\n`, "trailing_newline", /line break/],
    ["redis-passwords", "work", "base64", (value) => Buffer.from(value).toString("base64"), "base64_twice", /once more/],
    ["redis-passwords", "work", "a doubled key", (value) => `work: ${value}`, "key_doubled", /`work`/],
    ["redis-passwords", "work", "white space", () => " ", "surrounding_space", /only white space/],
    ["external-service-secrets", "smtp-password", "a placeholder", () => "${SMTP_PASSWORD}", "placeholder_left", /character 1/],
  ])("%s/%s with %s", (object, key, _, change, code, message) => {
    const found = checkWith(object, key, change);
    expect(found.map((finding) => [finding.code, finding.object, finding.key])).toEqual([[code, object, key]]);
    expect(found[0]?.message).toMatch(message);
  });

  test("of a keyring that holds no keys of 32 bytes", () => {
    const texts = textsOf(sampleSet("praetor"));
    const damaged = { ...texts, "platform-keys": { ...texts["platform-keys"], "token-signing": "short" } };
    const found = check(setOf(damaged), secretsContract("praetor"));
    expect(found.map(({ code, key }) => [code, key])).toEqual([["keyring_malformed", "token-signing"]]);
  });
});

describe("servers", () => {
  const everywhere = (change: (value: string, object: string) => string): Texts =>
    Object.fromEntries(
      Object.entries(textsOf(sampleSet())).map(([object, values]) => [
        object,
        Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value, object)])),
      ]),
    );

  test("a stray n before every host is found in all 76 strings", () => {
    const found = check(setOf(everywhere((value) => value.replace(/@(?=db|events)/, "@n"))), seed);
    expect(found.map(({ code }) => code)).toEqual(Array.from({ length: 76 }, () => "stray_n"));
  });

  test("a stray n before every host of one database is found by the hosts of the others", () => {
    const found = check(
      setOf(everywhere((value, object) => (object.startsWith("orion-user") ? value.replace("@db", "@ndb") : value))),
      seed,
    );
    expect(found.map(({ code, object }) => [code, object])).toEqual(Array.from({ length: 22 }, () => ["stray_n", orion]));
  });

  test("primary and replica the wrong way round in one database are found in both Secrets", () => {
    const swapped = everywhere((value, object) => {
      if (object.startsWith("nebula-replica")) return value.replace("db-replica.", "db.");
      return object.startsWith("nebula-user") ? value.replace("db.", "db-replica.") : value;
    });
    const found = check(setOf(swapped), seed);
    const count = (code: FindingCode) => found.filter((finding) => finding.code === code).length;
    expect([count("primary_and_replica_swapped"), count("replica_is_primary"), found.length]).toEqual([12, 10, 22]);
  });

  test("one database whose replica is its primary is a fault; no replica anywhere is a note", () => {
    const one = everywhere((value, object) =>
      object.startsWith("nebula-replica") ? value.replace("db-replica.", "db.") : value,
    );
    expect(check(setOf(one), seed).map(({ code, object }) => [code, object])).toEqual([["replica_is_primary", replica]]);
    const all = everywhere((value) =>
      value.replace("db-replica.", "db.").replace("events-ro.internal:6433", "events.internal:6432"),
    );
    const found = check(setOf(all), seed);
    expect(found.map(({ code }) => code)).toEqual(["no_replica", "no_replica", "no_replica"]);
    expect(isClean(found)).toBe(true);
  });
});

describe("every string wrong in the same way", () => {
  test.each<[string, (encoded: string) => string, FindingCode]>([
    ["not encoded", () => service, "password_not_encoded"],
    ["encoded twice", percentEncode, "password_encoded_twice"],
    ["plus for space", (encoded) => encoded.replaceAll("%20", "+"), "plus_for_space"],
    ["half encoded", () => encodeURIComponent(service), "password_half_encoded"],
  ])("%s is found in all 69, because the password stands alone elsewhere", (_, wrong, code) => {
    const encoded = percentEncode(service);
    const texts = Object.entries(textsOf(sampleSet())).map(([object, values]) => {
      const damaged = Object.entries(values).map(([key, value]) => [key, value.replace(encoded, () => wrong(encoded))]);
      return [object, Object.fromEntries(damaged)];
    });
    const found = check(setOf(Object.fromEntries(texts)), seed);
    expect(new Set(found.map((finding) => finding.code))).toEqual(new Set([code]));
    expect(found).toHaveLength(69);
  });
});
