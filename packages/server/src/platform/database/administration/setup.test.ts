import { type ConnectionString, Secret } from "@praetor/secrets";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { withClient } from "../connections/client.ts";
import { migrate } from "../migrations/index.ts";
import { startCluster, type TestCluster } from "../testing/cluster.ts";
import { type SetupOptions, setUpDatabase, type SetupStep, verifyServiceRole } from "./index.ts";

let cluster: TestCluster;
let serial = 0;
let database: string;
let service: { user: string; password: Secret };

beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster.remove());
beforeEach(() => {
  serial += 1;
  database = `orion-${serial}`;
  service = { user: `Prefect ${serial}`, password: Secret.of(`it's %41 "é😀" \\ ${serial}`) };
});

const setUp = (options: Partial<SetupOptions> = {}): Promise<SetupStep[]> =>
  setUpDatabase({ maintenance: cluster.connection, domain: "orion", database, service, ...options });

const asService = (): ConnectionString => ({ ...cluster.connection, ...service, database });
const asSuperuser = (): ConnectionString => ({ ...cluster.connection, database });

function ask(connection: ConnectionString, text: string): Promise<Record<string, unknown>[]> {
  return withClient({ connection, applicationName: "test" }, async (client) => (await client.query(text)).rows);
}

const done = (steps: readonly SetupStep[], action: SetupStep["action"]): string[] =>
  steps.filter((step) => step.action === action).map(({ subject }) => subject);

describe("an empty server", () => {
  test("gets role, database and schemas, and the services can work in them and make nothing", async () => {
    const steps = await setUp();
    expect(done(steps, "created")).toEqual([`role ${service.user}`, `database ${database}`, "schema praetor", "schema orion"]);
    expect(done(steps, "refused")).toEqual([]);
    await migrate({ orion: asSuperuser() });
    expect(await verifyServiceRole(asService(), "orion")).toEqual([]);
    expect(await ask(asService(), "select count(*)::integer > 0 as applied from praetor.migration")).toEqual([{ applied: true }]);
  });

  test("is kept as it is by a second set-up", async () => {
    await setUp();
    await migrate({ orion: asSuperuser() });
    const steps = await setUp();
    expect(steps.filter(({ action }) => action !== "kept")).toEqual([]);
  });

  test("is set up once by several that begin together", async () => {
    let waited = 0;
    const onWait = () => void (waited += 1);
    const all = await Promise.all([1, 2, 3].map(() => setUp({ onWait })));
    expect(waited).toBe(2);
    expect(all.flatMap((steps) => done(steps, "created"))).toHaveLength(4);
  });

  test("writes the plans of slow statements to its log in every new session", async () => {
    await setUp();
    const flags =
      "current_setting('auto_explain.log_min_duration') as slow, current_setting('auto_explain.log_timing') as timing";
    expect(await ask(asService(), `select ${flags}`)).toEqual([{ slow: "1s", timing: "off" }]);
    expect(await ask(asService(), "show autovacuum_vacuum_scale_factor")).toEqual([{ autovacuum_vacuum_scale_factor: "0.1" }]);
  });
});

describe("a role that exists", () => {
  const other = Secret.of("another");

  test("with another password keeps it, and that is said", async () => {
    await setUp();
    const steps = await setUp({ service: { ...service, password: other } });
    expect(steps.find(({ action }) => action === "refused")).toMatchObject({
      subject: `role ${service.user}: password`,
      reason: "has another password",
      remedy: expect.stringContaining("--set-password"),
    });
    expect(await ask(asService(), "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("gets the new one when that is asked for", async () => {
    await setUp();
    await setUp({ service: { ...service, password: other }, setPassword: true });
    expect(await ask({ ...asService(), password: other }, "select 1 as one")).toEqual([{ one: 1 }]);
    await expect(ask(asService(), "select 1")).rejects.toMatchObject({ reason: "refused" });
  });

  test("that is the superuser itself is refused", async () => {
    const user = "postgres";
    await expect(setUp({ service: { user, password: other } })).rejects.toMatchObject({ problem: "service_is_superuser" });
  });

  test("is the only one that may set up: the service role itself may not", async () => {
    await setUp();
    await expect(setUp({ maintenance: asService() })).rejects.toMatchObject({ problem: "not_superuser" });
  });
});

describe("on a managed server, whose administrator is no superuser and sees no stored password", () => {
  const administrator = { user: "administrator", password: Secret.of("managed") };
  beforeAll(async () => {
    await ask(cluster.connection, "create role administrator login createdb createrole password 'managed'");
  });
  const managed = (options: Partial<SetupOptions> = {}) =>
    setUp({ maintenance: { ...cluster.connection, ...administrator }, ...options });

  test("what it may make is made, and the flags that it may not set are said with where to set them", async () => {
    const steps = await managed();
    expect(done(steps, "created")).toContain(`database ${database}`);
    expect(steps.find(({ subject }) => subject === "flag auto_explain")).toMatchObject({
      action: "refused",
      remedy: expect.stringContaining("parameter group"),
    });
    await migrate({ orion: { ...cluster.connection, ...administrator, database } });
    expect(await verifyServiceRole(asService(), "orion")).toEqual([]);
  });

  test("a password is compared by logging in", async () => {
    await managed();
    expect(done(await managed(), "refused")).not.toContain(`role ${service.user}: password`);
    const other = { ...service, password: Secret.of("other") };
    expect(done(await managed({ service: other }), "refused")).toContain(`role ${service.user}: password`);
  });
});

describe("drift", () => {
  const role = () => `"${service.user}"`;

  test.each<[what: string, damage: () => string, found: string]>([
    ["a role that may make databases", () => `alter role ${role()} createdb`, "role_too_powerful"],
    ["a table that cannot be read", () => `revoke select on orion.flow from ${role()}`, "role_cannot_read"],
    ["a table that cannot be written", () => `revoke insert on orion.flow from ${role()}`, "role_cannot_write"],
    ["a schema that cannot be entered", () => `revoke usage on schema orion from ${role()}`, "role_cannot_read"],
    ["a schema in which it may make tables", () => `grant create on schema orion to ${role()}`, "role_can_create"],
    ["a database in which all may make schemas", () => `grant create on database "${database}" to public`, "role_can_create"],
    ["a public schema that is open to all", () => "grant create on schema public to public", "role_can_create"],
    ["a table that it owns", () => `alter table orion.flow owner to ${role()}`, "role_can_drop"],
  ])("%s is found by verify and mended by setup", async (_, damage, found) => {
    await setUp();
    await migrate({ orion: asSuperuser() });
    await ask(asSuperuser(), damage());
    expect((await verifyServiceRole(asService(), "orion")).map(({ code }) => code)).toContain(found);
    expect(done(await setUp(), "repaired")).not.toEqual([]);
    expect(await setUp()).toEqual((await setUp()).map((step) => ({ ...step, action: "kept" })));
    expect(await verifyServiceRole(asService(), "orion")).toEqual([]);
  });

  test("of a flag is mended", async () => {
    await setUp();
    await ask(asSuperuser(), `alter database "${database}" set auto_explain.log_timing = on`);
    expect(done(await setUp(), "repaired")).toEqual(["flag auto_explain.log_timing"]);
  });
});

test("libraries that a database preloads already stay", async () => {
  await setUp();
  await ask(asSuperuser(), `alter database "${database}" set session_preload_libraries = pg_trgm`);
  await setUp();
  expect(await ask(asSuperuser(), "show session_preload_libraries")).toEqual([
    { session_preload_libraries: "pg_trgm, auto_explain" },
  ]);
});

test("the server is sent what it stores and never the password, which its log could show", async () => {
  // A password that came as it is would be stored in this older form.
  const options = "-c password_encryption=md5";
  await setUp({ maintenance: { ...cluster.connection, parameters: { ...cluster.connection.parameters, options } } });
  const stored = `select rolpassword like 'SCRAM-SHA-256$%' as hashed from pg_authid where rolname = '${service.user}'`;
  expect(await ask(asSuperuser(), stored)).toEqual([{ hashed: true }]);
});

test("a role whose password is stored in the older form keeps it", async () => {
  const old = `set password_encryption = 'md5'; create role "${service.user}" login password 'plain'`;
  await ask(cluster.connection, old);
  const steps = await setUp({ service: { ...service, password: Secret.of("plain") } });
  expect(done(steps, "refused")).toEqual([]);
});
