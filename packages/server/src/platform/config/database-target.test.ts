import { describeConnectionString } from "@praetor/secrets";
import { expect, test } from "vitest";
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
