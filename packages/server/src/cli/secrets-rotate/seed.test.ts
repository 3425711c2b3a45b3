import { afterAll, beforeAll, expect, test } from "vitest";
import { domains, migrate } from "../../platform/database/migrations/index.ts";
import { redisCommand, startInstallation, type TestInstallation, textOf } from "../../testing/installation.ts";

let installation: TestInstallation;
beforeAll(async () => {
  installation = await startInstallation({ contract: "seed", redisLines: ["maxmemory-policy noeviction"] });
  const { connection } = installation.primary;
  await migrate(Object.fromEntries(domains.map((domain) => [domain, { ...connection, database: domain }])));
});
afterAll(() => installation.remove());

const keys = () => [...textOf(installation, "set.yaml").matchAll(/^ {2}[a-z-]+: \S/gm)].length;
const names = ["serviceUser", "superUser", ...(redisCommand === undefined ? ["work"] : [])];

test("the published list, made, checked, tried, rotated and taken back, keeps exactly its keys and stays well", async () => {
  const well = async () => {
    const checked = await installation.run("check set.yaml --contract seed --facts facts.yaml --fail-on error");
    const tried = await installation.run("doctor set.yaml --contract seed --endpoints endpoints.yaml --fail-on error");
    const planned = await installation.run("plan set.yaml --facts facts.yaml");
    expect([checked.outcome, tried.outcome, planned.outcome, keys()]).toEqual(["success", "success", "success", first]);
  };
  const first = keys();
  await well();
  for (const name of names) {
    const rotate = `rotate ${name} --existing set.yaml --contract seed --endpoints endpoints.yaml --settle 0s --new generate`;
    expect([name, (await installation.run(rotate)).outcome]).toEqual([name, "success"]);
    state();
    await well();
    await installation.start(rotate, "3/4 adopt");
    expect([name, (await installation.run(`${rotate} --abort`)).outcome]).toEqual([name, "success"]);
    await well();
  }
});

/** The sources that the facts name get the new values, as they must after a rotation. */
function state(): void {
  const password = (object: string, key: string) => {
    const value = installation.valueOf(object, key).reveal();
    return value.includes("://") ? decodeURIComponent(/:([^:@]*)@/.exec(value)?.[1] ?? "") : value;
  };
  Object.assign(installation.environment, {
    SERVICE: password("orion-user-connection-strings", "prefect-user-password"),
    SUPER: password("orion-user-connection-strings", "schema-setup"),
    REDIS: password("redis-passwords", "work"),
  });
}
