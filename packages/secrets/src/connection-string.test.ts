import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ConnectionString, describeConnectionString, formatConnectionString } from "./connection-string.ts";
import { ConnectionStringError, type ConnectionStringProblem } from "./connection-string-error.ts";
import { parseConnectionString } from "./connection-string-parse.ts";
import { Secret } from "./secret.ts";

/** The parts with their secrets revealed, so that they can be compared. */
function plain({ password, sslPassword, ...parts }: ConnectionString) {
  return {
    ...parts,
    ...(password && { password: password.reveal() }),
    ...(sslPassword && { sslPassword: sslPassword.reveal() }),
  };
}

const at = (host: string, port = 5432) => ({ host, port });

describe("reading", () => {
  test.each<[text: string, parts: object]>([
    ["postgresql://", { hosts: [], parameters: {} }],
    ["postgresql://db/orion", { hosts: [at("db")], database: "orion", parameters: {} }],
    ["postgres://me@db:5433/", { hosts: [at("db", 5433)], user: "me", parameters: {} }],
    ["POSTGRESQL+asyncpg://me:pw@db/orion", { hosts: [at("db")], user: "me", password: "pw", database: "orion", parameters: {} }],
    ["  postgresql://db/a\n", { hosts: [at("db")], database: "a", parameters: {} }],
    ["postgresql://me:@db", { hosts: [at("db")], user: "me", password: "", parameters: {} }],
    ["postgresql://:pw@db", { hosts: [at("db")], password: "pw", parameters: {} }],
    ["postgresql://u%40x:%20%21%40%2f%C3%A9+@db", { hosts: [at("db")], user: "u@x", password: " !@/é+", parameters: {} }],
    ["postgresql://me:a:b@db", { hosts: [at("db")], user: "me", password: "a:b", parameters: {} }],
    ["postgresql://db/a%2Fb%20c", { hosts: [at("db")], database: "a/b c", parameters: {} }],
    ["postgresql://one:1,two,[::1]:3/db", { hosts: [at("one", 1), at("two"), at("::1", 3)], database: "db", parameters: {} }],
    ["postgresql://[fe80::1%25eth0]/db", { hosts: [at("fe80::1%eth0")], database: "db", parameters: {} }],
    ["postgresql://%2Fvar%2Frun:5433/db", { hosts: [at("/var/run", 5433)], database: "db", parameters: {} }],
    ["postgresql:///db?host=/var/run", { hosts: [at("/var/run")], database: "db", parameters: {} }],
    ["postgresql://me@:5433/db?host=/var/run", { hosts: [at("/var/run", 5433)], user: "me", database: "db", parameters: {} }],
    ["postgresql://:5433/db", { hosts: [at("localhost", 5433)], database: "db", parameters: {} }],
    ["postgresql:///?host=a,b&port=1,2", { hosts: [at("a", 1), at("b", 2)], parameters: {} }],
    ["postgresql:///?host=a,b&port=7", { hosts: [at("a", 7), at("b", 7)], parameters: {} }],
    ["postgresql+asyncpg:///?host=a:1&host=b:2", { hosts: [at("a", 1), at("b", 2)], parameters: {} }],
    ["postgresql://a/db?host=::1&port=9", { hosts: [at("::1", 9)], database: "db", parameters: {} }],
    [
      "postgresql://a/b?user=u&password=p%25&dbname=c",
      { hosts: [at("a")], user: "u", password: "p%", database: "c", parameters: {} },
    ],
    [
      "postgresql://a?sslmode=require&options=-c%20x%3D1",
      { hosts: [at("a")], parameters: { sslmode: "require", options: "-c x=1" } },
    ],
    ["postgresql://a?ssl=true", { hosts: [at("a")], parameters: { sslmode: "require" } }],
    ["postgresql://a?ssl=verify-full", { hosts: [at("a")], parameters: { sslmode: "verify-full" } }],
    ["postgresql://a?ssl=true&sslmode=disable", { hosts: [at("a")], parameters: { sslmode: "disable" } }],
    ["postgresql://a?sslpassword=s&x=1&x=2", { hosts: [at("a")], parameters: { x: "2" }, sslPassword: "s" }],
  ])("%s", (text, parts) => {
    expect(plain(parseConnectionString(text))).toEqual(parts);
  });

  test.each<[text: string, problem: ConnectionStringProblem]>([
    ["", "scheme_missing"],
    ["localhost:5432/hunter2", "scheme_missing"],
    ["mysql://hunter2@db", "scheme_unsupported"],
    ["sqlite+aiosqlite:///hunter2.db", "scheme_unsupported"],
    ["postgresql://me:hunter2%@db", "escape_invalid"],
    ["postgresql://me:hunter2%zz@db", "escape_invalid"],
    ["postgresql://me:hunter2%ff@db", "escape_invalid"],
    ["postgresql://me:hunter2%00@db", "escape_invalid"],
    ["postgresql://me:hunter2@x@db", "login_not_encoded"],
    ["postgresql://me:hunter2/x@db/orion", "login_not_encoded"],
    ["postgresql://me:hunter2@::1/db", "host_invalid"],
    ["postgresql://me:hunter2@a b/db", "host_invalid"],
    ["postgresql://me:hunter2@a,,b/db", "host_invalid"],
    ["postgresql://me:hunter2@db:0", "port_invalid"],
    ["postgresql://me:hunter2@db:65536", "port_invalid"],
    ["postgresql://me:hunter2@db:54x", "port_invalid"],
    ["postgresql://me:hunter2@a,b,c/?port=1,2", "ports_mismatch"],
    ["postgresql://db/?hunter2", "parameter_invalid"],
    ["postgresql://db/?=hunter2", "parameter_invalid"],
  ])("%s is refused without being repeated", (text, problem) => {
    const error = failureOf(text);
    expect(error.problem).toBe(problem);
    expect(inspect(error, { showHidden: true, depth: 5 })).not.toContain("hunter2");
  });
});

function failureOf(text: string): ConnectionStringError {
  try {
    parseConnectionString(text);
  } catch (error) {
    if (error instanceof ConnectionStringError) return error;
  }
  throw new Error("The string was not refused.");
}

describe("writing", () => {
  const parts = { hosts: [at("db")], user: "prefect", password: Secret.of(" !@é"), database: "orion", parameters: {} };

  test.each([
    ["postgresql", "postgresql://prefect:%20%21%40%C3%A9@db:5432/orion"],
    ["postgresql+asyncpg", "postgresql+asyncpg://prefect:%20%21%40%C3%A9@db:5432/orion"],
  ] as const)("%s", (scheme, text) => {
    expect(formatConnectionString(parts, scheme).reveal()).toBe(text);
  });

  test.each<[string, ConnectionString, string]>([
    ["IPv6", { hosts: [at("::1", 1)], parameters: {} }, "postgresql://[::1]:1"],
    ["a socket", { hosts: [at("/run/pg")], database: "d", parameters: {} }, "postgresql:///d?host=%2Frun%2Fpg&port=5432"],
    ["parameters only", { hosts: [], parameters: { sslmode: "require" } }, "postgresql:///?sslmode=require"],
  ])("%s", (_, given, text) => {
    expect(formatConnectionString(given).reveal()).toBe(text);
  });

  test("a description has neither password nor parameters", () => {
    expect(describeConnectionString({ ...parts, parameters: { options: "x" } })).toBe("postgresql://prefect@db:5432/orion");
  });

  test("the written string cannot be seen by accident", () => {
    const written = formatConnectionString({ ...parts, password: Secret.of("hunter2") });
    expect([String(written), JSON.stringify({ written }), inspect(written)].join()).not.toContain("hunter2");
  });
});

describe("reading what was written", () => {
  const text = fc.string({ unit: "binary", minLength: 1 }).filter((value) => value.isWellFormed() && !value.includes("\0"));
  const host = fc.oneof(
    fc.domain(),
    fc.ipV4(),
    fc.ipV6(),
    fc.constant("fe80::1%eth0"),
    text.map((name) => `/${name.replaceAll(",", "")}`),
  );
  const reserved = ["host", "port", "user", "password", "dbname", "sslpassword", "ssl", "__proto__"];
  const secret = fc.string({ unit: "binary" }).filter((value) => value.isWellFormed() && !value.includes("\0"));
  const connection = fc.record(
    {
      hosts: fc.array(fc.record({ host, port: fc.integer({ min: 1, max: 65_535 }) }), { maxLength: 4 }),
      user: text,
      password: secret.map((value) => Secret.of(value)),
      database: text,
      parameters: fc.dictionary(
        text.filter((name) => !reserved.includes(name)),
        secret,
        { noNullPrototype: true },
      ),
      sslPassword: secret.map((value) => Secret.of(value)),
    },
    { requiredKeys: ["hosts", "parameters"] },
  );

  test("gives the parts back", () => {
    fc.assert(
      fc.property(connection, fc.constantFrom("postgresql" as const, "postgresql+asyncpg" as const), (parts, scheme) => {
        const written = formatConnectionString(parts, scheme).reveal();
        expect(written).toMatch(/^[A-Za-z0-9\-._~%:/@?&=,[\]+]*$/);
        expect(plain(parseConnectionString(written))).toEqual(plain(parts));
      }),
    );
  });

  test("a canonical string stays as it is", () => {
    fc.assert(
      fc.property(connection, (parts) => {
        const written = formatConnectionString(parts).reveal();
        expect(formatConnectionString(parseConnectionString(written)).reveal()).toBe(written);
      }),
    );
  });

  test("no text makes the parser throw anything but its own error", () => {
    const anything = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.webUrl());
    fc.assert(
      fc.property(anything, (rest) => {
        try {
          parseConnectionString(`postgresql://${rest}`);
        } catch (error) {
          expect(error).toBeInstanceOf(ConnectionStringError);
        }
      }),
    );
  });
});
