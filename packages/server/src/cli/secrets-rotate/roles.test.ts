import { readdirSync } from "node:fs";
import { type ConnectionString, parseConnectionString, Secret } from "@praetor/secrets";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { withClient } from "../../platform/database/connections/client.ts";
import { DatabaseUnavailable } from "../../platform/database/index.ts";
import { setUpDatabase } from "../../platform/database/administration/index.ts";
import {
  databaseOpening,
  type Load,
  startInstallation,
  startLoad,
  type TestInstallation,
  textOf,
} from "../../testing/installation.ts";

let installation: TestInstallation;
let load: Load;

beforeAll(async () => {
  installation = await startInstallation();
  const write = databaseOpening("insert into orion.work (by) values (session_user)");
  const read = databaseOpening("select count(*) from orion.work");
  load = startLoad(installation, [
    ["orion-user-connection-strings", "scheduler", write],
    ["orion-user-connection-strings", "orion-api", write],
    ["orion-replica-user-connection-strings", "orion-api", read],
    ["nebula-user-connection-strings", "auth-api", databaseOpening("select 1")],
    ["events-user-connection-strings", "partman", databaseOpening("select 1 from pg_authid limit 1")],
  ]);
  await load.settle();
});
afterAll(async () => {
  await load.end();
  await installation.remove();
});
beforeEach(async () => {
  await load.settle();
  expect(load.failures).toEqual([]);
});

const scheduler = ["orion-user-connection-strings", "scheduler"] as const;
const setup = ["orion-user-connection-strings", "schema-setup"] as const;
const keys = { serviceUser: scheduler, superUser: setup } as const;
type Name = keyof typeof keys;
const connectionOf = (name: Name): ConnectionString => {
  const [object, key] = keys[name];
  return parseConnectionString(installation.valueOf(object, key).reveal());
};

async function opens(
  connection: ConnectionString,
  more: { user?: string; password?: Secret | undefined } = {},
): Promise<boolean> {
  const { password = connection.password, user = connection.user } = more;
  const login = { ...connection, ...(user !== undefined && { user }), ...(password !== undefined && { password }) };
  return withClient({ connection: login, applicationName: "test" }, () => Promise.resolve(true)).catch((error: unknown) => {
    if (error instanceof DatabaseUnavailable && error.reason === "refused") return false;
    throw error;
  });
}

const rotating = (name: Name, more = "") => `rotate ${name} --existing set.yaml --settle 0.2s --new generate${more}`;
const left = () => readdirSync(installation.folder).filter((file) => file.startsWith("."));

/** When the Secrets say that it was rotated. */
const datesOf = (name: Name): string[] => textOf(installation, "set.yaml").match(new RegExp(`rotated-at.${name}.*`, "g")) ?? [];

/** What holds after every rotation that ended. */
async function expectRotated(name: Name, before: ConnectionString): Promise<void> {
  const now = connectionOf(name);
  expect([now.user, await opens(now)]).toEqual([
    before.user?.endsWith("_b") ? before.user.slice(0, -2) : `${before.user}_b`,
    true,
  ]);
  const replica = { ...now, hosts: [{ host: "127.0.0.1", port: installation.standby.port }], database: "orion" };
  for (const door of [now, replica]) {
    for (const user of [before.user ?? "", now.user ?? ""]) {
      expect([user, await opens(door, { user, password: before.password })]).toEqual([user, false]);
    }
  }
  expect(left()).toEqual([]);
  expect(load.failures).toEqual([]);
}

const steps = ["1/4 introduce", "2/4 deliver", "3/4 adopt", "4/4 retire"] as const;

test.each(["serviceUser", "superUser"] as const)(
  "%s is rotated there and back under load: no request fails, and every server refuses the old password",
  async (name) => {
    for (let turn = 0; turn < 2; turn += 1) {
      const [before, served] = [connectionOf(name), load.served];
      const { outcome, out, error } = await installation.run(rotating(name));
      expect([outcome, out]).toEqual(["success", `${name} rotated: the old value is refused.`]);
      expect(error).toMatch(/1\/4 introduce.*2\/4 deliver.*3\/4 adopt.*4\/4 retire/s);
      await expectRotated(name, before);
      expect(load.served).toBeGreaterThan(served);
      expect((await installation.run("check set.yaml")).outcome).toBe("success");
    }
  },
);

const kills = (["serviceUser", "superUser"] as const).flatMap((name) => steps.map((step) => [name, step] as const));

test.each(kills)("%s killed at %s goes on to the end", async (name, step) => {
  const before = connectionOf(name);
  const killed = await installation.start(rotating(name), step);
  expect([killed.code, killed.error]).toEqual([null, expect.stringContaining(step)]);
  expect((await installation.run(rotating(name))).outcome).toBe("success");
  await expectRotated(name, before);
});

test.each(kills)("%s killed at %s and aborted is what it was", async (name, step) => {
  const [before, dates] = [connectionOf(name), datesOf(name)];
  await installation.start(rotating(name), step);
  const tried = connectionOf(name);
  const { outcome, out } = await installation.run(rotating(name, " --abort"));
  expect([outcome, out]).toEqual(["success", `${name} is what it was: the new value is refused.`]);
  const now = connectionOf(name);
  expect([now.user, await opens(now), now.password?.reveal() === before.password?.reveal()]).toEqual([before.user, true, true]);
  if (tried.user !== before.user) expect(await opens(tried)).toBe(false);
  expect(datesOf(name)).toEqual(dates);
  expect(left()).toEqual([]);
  expect(load.failures).toEqual([]);
});

const administer = (text: string) =>
  withClient(
    { connection: connectionOf("superUser"), applicationName: "test" },
    async (client) => (await client.query<object>(text)).rows,
  );

describe("the role whose turn it is", () => {
  const asOwner = () =>
    withClient({ connection: connectionOf("serviceUser"), applicationName: "test" }, (client) =>
      client.query<{ acts: string; came: string; limit: string }>(
        "select current_user as acts, session_user as came, current_setting('statement_timeout') as limit",
      ),
    );

  test("acts as the one that has the rights, with its settings, and set-up and facts take either name", async () => {
    await administer("alter role prefect set statement_timeout = '77s'");
    if (connectionOf("serviceUser").user === "prefect") await installation.run(rotating("serviceUser"));
    else for (let turn = 0; turn < 2; turn += 1) await installation.run(rotating("serviceUser"));
    const { rows } = await asOwner();
    expect(rows).toEqual([{ acts: "prefect", came: "prefect_b", limit: expect.any(String) }]);
    const settings = await administer(
      "select setconfig from pg_db_role_setting join pg_roles on pg_roles.oid = setrole where rolname = 'prefect_b'",
    );
    expect(settings).toEqual([{ setconfig: expect.arrayContaining(["statement_timeout=77s", "role=prefect"]) }]);
    const { password } = connectionOf("serviceUser");
    for (const user of ["prefect", "prefect_b"]) {
      const service = { user, password: password ?? Secret.of("") };
      const maintenance = { ...connectionOf("superUser") };
      const done = await setUpDatabase({ maintenance, domain: "orion", database: "orion", service });
      expect([user, done.filter(({ action }) => action === "refused")]).toEqual([user, []]);
    }
    Object.assign(installation.environment, { SERVICE: password?.reveal(), SUPER: connectionOf("superUser").password?.reveal() });
    expect(await installation.run("plan set.yaml --facts facts.yaml")).toMatchObject({ outcome: "success" });
  });

  test("is not rotated while somebody else's role has the name of its twin", async () => {
    expect(connectionOf("serviceUser").user).toBe("prefect_b");
    await installation.run(rotating("serviceUser"));
    await administer("alter role prefect_b reset role");
    const { outcome, error } = await installation.run(rotating("serviceUser"));
    expect([outcome, error]).toEqual(["failure", expect.stringContaining("There is a role prefect_b already")]);
    await administer("alter role prefect_b set role = 'prefect'");
  });

  test("that somebody still uses keeps its password until they are gone, and the same command goes on then", async () => {
    const before = connectionOf("serviceUser");
    const release = Promise.withResolvers<void>();
    const held = withClient({ connection: before, applicationName: "forgotten" }, () => release.promise);
    const stopped = await installation.run(rotating("serviceUser", " --timeout 1s"));
    expect([stopped.outcome, stopped.error]).toEqual([
      "failure",
      expect.stringContaining("1 still use prefect: forgotten at 127.0.0.1"),
    ]);
    expect(await opens(before)).toBe(true);
    release.resolve();
    await held;
    expect((await installation.run(rotating("serviceUser"))).outcome).toBe("success");
    await expectRotated("serviceUser", before);
  });

  test("is rotated by one at a time, and not beside another rotation that is not finished", async () => {
    const [one, other] = await Promise.all([
      installation.run(rotating("serviceUser")),
      installation.run(rotating("serviceUser")),
    ]);
    expect([one.outcome, other.outcome].toSorted()).toEqual(["failure", "success"]);
    expect(one.error + other.error).toContain("Another rotation is at work");
    await installation.start(rotating("serviceUser"), "3/4 adopt");
    const { error } = await installation.run(rotating("superUser"));
    expect(error).toContain("The rotation of serviceUser is not finished.");
    expect((await installation.run("rotate --abort --existing set.yaml --settle 0.1s")).outcome).toBe("success");
  });

  test("is told by a dry run, which changes nothing", async () => {
    const before = connectionOf("serviceUser");
    const { outcome, out } = await installation.run(rotating("serviceUser", " --dry-run"));
    expect(outcome).toBe("success");
    expect(out).toContain("2 deliver: 72 keys of events-replica-user-connection-strings");
    expect(connectionOf("serviceUser").user).toBe(before.user);
    expect(left()).toEqual([]);
  });
});
