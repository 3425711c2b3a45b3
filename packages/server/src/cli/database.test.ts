import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatConnectionString } from "@praetor/secrets";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startCluster, type TestCluster } from "../platform/database/testing/cluster.ts";
import { type } from "./testing.ts";

let cluster: TestCluster;
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  cluster = await startCluster();
  folder = mkdtempSync(join(tmpdir(), "praetor-cli-"));
  writeFileSync(join(folder, "password"), "s3cret: é\n");
  const url = (parts: object) => formatConnectionString({ ...cluster.connection, ...parts }).reveal();
  const own = ["ORION", "EVENTS", "NEBULA"].flatMap((name) => {
    const database = name.toLowerCase();
    return [
      [`PRAETOR_DATABASE_${name}_SETUP_URL`, url({})],
      [`PRAETOR_DATABASE_${name}_SERVICE_PASSWORD_FILE`, join(folder, "password")],
      [`PRAETOR_DATABASE_${name}_MIGRATION_URL`, url({ database })],
      [
        `PRAETOR_DATABASE_${name}_CONNECTION_URL`,
        `postgresql+asyncpg://prefect:s3cret%3A%20%C3%A9@127.0.0.1:${cluster.port}/${database}`,
      ],
    ];
  });
  environment = { HOME: "/", ...Object.fromEntries(own) };
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await cluster.remove();
});

const run = (words: string) => type(`database ${words}`, { environment, folder });

test("an empty server becomes three databases that the services can use, in four commands", async () => {
  expect((await run("setup --json")).outcome).toBe("success");
  expect((await run("status")).outcome).toBe("failure");
  expect((await run("migrate orion")).out).toMatch(/^orion\/0001_\w+ \(1 of \d+\)[^]*Applied \d+ of \d+ migrations\.$/);
  expect((await run("migrate --plan")).out).toMatch(/^-- events\/0001_events\n[^]*create table nebula\.account/);
  expect((await run("migrate")).out).not.toContain("orion/");
  expect((await run("migrate")).out).toMatch(/^Up to date, \d+ migrations\.$/);
  expect((await run("partition")).out).toMatch(/^events\.event +9 +0 +9 /m);
  expect(await run("verify")).toMatchObject({ outcome: "success", out: expect.stringContaining("orion, events, nebula") });
  expect((await run("setup")).out).toMatch(/^Nothing to do, \d+ things/);
});

describe("no output shows a password:", () => {
  test.each(["setup", "setup --json", "status --json", "verify --json", "migrate"])("database %s", async (words) => {
    const { out, error } = await run(words);
    for (const secret of ["s3cret", cluster.connection.password?.reveal() ?? "none"]) expect(out + error).not.toContain(secret);
  });
});

test("a missing reference is named, with the file that may hold it", async () => {
  const { PRAETOR_DATABASE_EVENTS_SETUP_URL: _, ...rest } = environment;
  const { outcome, error } = await type("database setup events", { environment: rest, folder });
  expect(outcome).toBe("usage");
  expect(error).toContain("PRAETOR_DATABASE_EVENTS_SETUP_URL_FILE");
});

test("a database that nobody knows is a usage error", async () => {
  expect(await run("migrate triggers")).toMatchObject({
    outcome: "usage",
    error: expect.stringContaining("orion, events, nebula"),
  });
});
