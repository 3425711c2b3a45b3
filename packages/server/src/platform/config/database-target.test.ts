import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeConnectionString } from "@praetor/secrets";
import { afterAll, describe, expect, test } from "vitest";
import { databaseTarget, loadSettings, SettingsError } from "./index.ts";

const target = (environment: Record<string, string>) => databaseTarget(loadSettings({ environment }).settings);

test("nothing said: the embedded PostgreSQL in the data folder", () => {
  expect(target({ PRAETOR_HOME: "/data" })).toEqual({ kind: "embedded", folder: "/data" });
});

test.each([
  [{ PRAETOR_DATABASE_CONNECTION_URL: "postgres://ada:p%40ss@db/one" }, "postgresql://ada@db:5432/one", "p@ss"],
  [{ PREFECT_API_DATABASE_CONNECTION_URL: "postgresql+asyncpg://ada:p@db:1/one" }, "postgresql://ada@db:1/one", "p"],
  [
    {
      PREFECT_SERVER_DATABASE_DRIVER: "postgresql+asyncpg",
      PREFECT_SERVER_DATABASE_HOST: "db",
      PREFECT_API_DATABASE_USER: "ada",
      PREFECT_API_DATABASE_NAME: "one",
      PREFECT_API_DATABASE_PASSWORD: "p@ss/%",
    },
    "postgresql://ada@db:5432/one",
    "p@ss/%",
  ],
])("%o is a PostgreSQL of somebody else", (environment, description, password) => {
  const found = target(environment);
  if (found.kind !== "external") throw new Error("expected an external database");
  expect(describeConnectionString(found.connection)).toBe(description);
  expect(found.connection.password?.reveal()).toBe(password);
});

test.each([
  [
    { PREFECT_API_DATABASE_CONNECTION_URL: "sqlite+aiosqlite:////root/.prefect/prefect.db" },
    /: this server keeps its data in PostgreSQL/,
  ],
  [{ PREFECT_API_DATABASE_DRIVER: "sqlite+aiosqlite" }, /: this server keeps its data in PostgreSQL/],
  [{ PREFECT_API_DATABASE_DRIVER: "mysql" }, /: expected postgresql\+asyncpg\.$/],
  [{ PRAETOR_DATABASE_CONNECTION_URL: "mysql://ada:hunter2@db/one" }, /names another database/],
  [{ PRAETOR_DATABASE_CONNECTION_URL: "postgresql://ada:hun@ter2@db/one" }, /percent-encode/],
  [{ PRAETOR_DATABASE_NAME: "one" }, /^database\.host is missing/],
])("%o is refused with what to do", (environment, message) => {
  expect(() => target(environment)).toThrow(SettingsError);
  expect(() => target(environment)).toThrow(message);
  expect(() => target(environment)).not.toThrow(/hunter2/);
});

describe("three databases", () => {
  const url = (name: string) => `postgresql+asyncpg://prefect:p@${name}:5432/${name}`;
  const three = {
    PRAETOR_DATABASE_ORION_CONNECTION_URL: url("orion"),
    PRAETOR_DATABASE_EVENTS_CONNECTION_URL: url("events"),
    PRAETOR_DATABASE_NEBULA_CONNECTION_URL: url("nebula"),
  };

  test("are each opened by their own strings, primary and replica", () => {
    const found = target({ ...three, PRAETOR_DATABASE_ORION_REPLICA_URL: url("standby") });
    if (found.kind !== "separate") throw new Error("expected three databases");
    const { orion, events } = found.databases;
    expect(describeConnectionString(orion.connection)).toBe("postgresql://prefect@orion:5432/orion");
    expect(orion.replica && describeConnectionString(orion.replica)).toBe("postgresql://prefect@standby:5432/standby");
    expect(events).not.toHaveProperty("replica");
  });

  test("are complete, or what is missing is named", () => {
    const { PRAETOR_DATABASE_NEBULA_CONNECTION_URL: _, ...two } = three;
    expect(() => target(two)).toThrow(/database\.nebula\.connection_url is missing/);
  });
});

describe("a secret in a file that a variable names", () => {
  const folder = mkdtempSync(join(tmpdir(), "praetor-secret-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("is read without the line end after it", () => {
    writeFileSync(join(folder, "url"), "postgresql://ada:p@db/one\n");
    const found = target({ PRAETOR_DATABASE_CONNECTION_URL_FILE: join(folder, "url") });
    expect(found).toMatchObject({ kind: "external", connection: { user: "ada", database: "one" } });
  });

  test("and is not there is named with its variable", () => {
    const PRAETOR_DATABASE_CONNECTION_URL_FILE = join(folder, "missing");
    expect(() => target({ PRAETOR_DATABASE_CONNECTION_URL_FILE })).toThrow(
      /PRAETOR_DATABASE_CONNECTION_URL_FILE: cannot read .*ENOENT/,
    );
  });
});
