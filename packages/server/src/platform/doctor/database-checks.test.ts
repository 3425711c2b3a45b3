import { type ConnectionString, Secret } from "@praetor/secrets";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { setUpDatabase } from "../database/administration/index.ts";
import { migrate } from "../database/migrations/index.ts";
import { startCluster, type TestCluster } from "../database/testing/cluster.ts";
import { type DatabaseTarget, examine, exitCodeOf, findingsOf, reportJson, reportJunit, reportText } from "./index.ts";

let primary: TestCluster;
let standby: TestCluster;
/** As the Secrets of `orion` name them, all right. */
let right: readonly DatabaseTarget[];
const service = { user: "prefect", password: Secret.of("c4nary/ s3cret") };

beforeAll(async () => {
  primary = await startCluster();
  standby = await primary.addStandby();
  const maintenance = primary.connection;
  await setUpDatabase({ maintenance, domain: "orion", database: "orion", service });
  await migrate({ orion: { ...maintenance, database: "orion" } });
  await caughtUp();
  const own = (cluster: TestCluster): ConnectionString => ({ ...cluster.connection, ...service, database: "orion" });
  const superuser = { server: "orion", instance: "primary", user: "super", object: "orion-user-connection-strings" } as const;
  right = [
    ...["scheduler", "orion-api"].map((key) => target(key, "primary", own(primary))),
    ...["scheduler", "orion-api"].map((key) => target(key, "replica", own(standby))),
    { ...superuser, key: "schema-setup", connection: maintenance },
    { ...superuser, key: "db-migration", connection: { ...maintenance, database: "orion" } },
  ];
});
afterAll(async () => {
  await standby.remove();
  await primary.remove();
});

function target(key: string, instance: "primary" | "replica", connection: ConnectionString): DatabaseTarget {
  const object = `orion-${instance === "replica" ? "replica-" : ""}user-connection-strings`;
  return { object, key, server: "orion", instance, user: "service", connection };
}

async function caughtUp(): Promise<void> {
  const [end] = await primary.query<{ position: string }>("select pg_current_wal_insert_lsn()::text as position");
  await vi.waitFor(async () => {
    const [row] = await standby.query("select pg_last_wal_replay_lsn() >= $1::pg_lsn as there", [end?.position]);
    expect(row).toEqual({ there: true });
  }, 10_000);
}

const look = (databases: readonly DatabaseTarget[]) => examine({ databases, redis: [], signOn: [] });
const codesOf = async (databases: readonly DatabaseTarget[]) =>
  findingsOf(await look(databases)).map(({ object, key, code }) => `${object} ${key ?? "-"} ${code}`);

/** The right targets, with the connection of some changed. */
const damage = (which: (each: DatabaseTarget) => boolean, parts: Partial<ConnectionString>) =>
  right.map((each) => (which(each) ? { ...each, connection: { ...each.connection, ...parts } } : each));

test("an installation as it should be is all well, each login tried once", async () => {
  const report = await look(right);
  expect(findingsOf(report)).toEqual([]);
  expect(exitCodeOf(report)).toBe(0);
  expect(reportText(report)).toMatch(/^All well: \d+ checks in \d+\.\d s\.$/);
  expect(report.results.filter(({ name }) => name === "login")).toHaveLength(4);
  expect(report.seconds).toBeLessThan(15);
});

describe("a damaged installation:", () => {
  const isReplica = (each: DatabaseTarget) => each.instance === "replica";
  const isScheduler = (each: DatabaseTarget) => each.key === "scheduler" && !isReplica(each);
  const primaryKey = (key: string) => `orion-user-connection-strings ${key}`;

  test.each<[what: string, targets: () => readonly DatabaseTarget[], found: string]>([
    ["a wrong password", () => damage(isScheduler, { password: Secret.of("no") }), `${primaryKey("scheduler")} login_refused`],
    ["a user that is not there", () => damage(isScheduler, { user: "nobody" }), `${primaryKey("scheduler")} login_refused`],
    [
      "a database that is not there",
      () => damage(isScheduler, { database: "orien" }),
      `${primaryKey("scheduler")} database_missing`,
    ],
    [
      "a parameter that nobody knows",
      () => damage(isScheduler, { parameters: { sslmod: "x" } }),
      `${primaryKey("scheduler")} connection_string_unusable`,
    ],
    [
      "a superuser without power",
      () => damage(({ key }) => key === "schema-setup", service),
      `${primaryKey("schema-setup")} superuser_powerless`,
    ],
    [
      "a superuser in a service's place",
      () => damage(isScheduler, primary.connection),
      `${primaryKey("scheduler")} schema_missing`,
    ],
    [
      "primary and replica swapped",
      () => right.map((each) => ({ ...each, instance: isReplica(each) ? ("primary" as const) : ("replica" as const) })),
      "orion primary - primary_and_replica_swapped",
    ],
    ["no replica", () => damage(isReplica, { hosts: primary.connection.hosts }), "orion replica - no_replica"],
    [
      "a port where nothing listens",
      () => damage(isReplica, { hosts: [{ host: "127.0.0.1", port: 1 }] }),
      "127.0.0.1:1 - tcp_unreachable",
    ],
    [
      "a host that nobody has",
      () => damage(isReplica, { hosts: [{ host: "db.invalid", port: 5432 }] }),
      "db.invalid:5432 - dns_not_found",
    ],
    ["a password without encryption", () => damage(isReplica, { parameters: { sslmode: "require" } }), "- tls_absent"],
    [
      "more services than connections",
      () => Array.from({ length: 6 }, (_, at) => ({ ...(right[0] as DatabaseTarget), key: `service-${at}` })),
      "orion primary max_connections connections_short",
    ],
  ])("%s is found", async (_, targets, found) => {
    expect((await codesOf(targets())).join("\n")).toContain(found);
  });

  test("of one key the others are not accused", async () => {
    expect(await codesOf(damage(isScheduler, { password: Secret.of("no") }))).toHaveLength(1);
  });

  test("what rests on a failure is skipped, and not told as failures of its own", async () => {
    const report = await look(damage(isReplica, { hosts: [{ host: "db.invalid", port: 5432 }] }));
    expect(findingsOf(report)).toHaveLength(1);
    expect(report.results.filter(({ outcome }) => outcome === "skipped").map(({ name }) => name)).toContain("login");
  });

  test("a replica of another system is found", async () => {
    const stranger = await startCluster();
    await setUpDatabase({ maintenance: stranger.connection, domain: "orion", database: "orion", service });
    await migrate({ orion: { ...stranger.connection, database: "orion" } });
    const found = await codesOf(damage(isReplica, { hosts: stranger.connection.hosts }));
    await stranger.remove();
    expect(found).toEqual(["orion replica - replica_of_another_system"]);
  });
});

describe("drift of the server", () => {
  beforeEach(() => caughtUp());

  test.each([
    ["a role with powers", "alter role prefect createdb", "alter role prefect nocreatedb", "role_too_powerful"],
    ["a role that may not log in", "alter role prefect nologin", "alter role prefect login", "login_not_allowed"],
    [
      "a flag",
      "alter database orion set auto_explain.log_timing = on",
      "alter database orion set auto_explain.log_timing = off",
      "flags_differ",
    ],
  ])("%s is found", async (_, change, undo, code) => {
    await primary.query(change);
    const found = await codesOf(right);
    await primary.query(undo);
    expect(found.join("\n")).toContain(code);
  });
});

test("no report holds a password, and all of them say the same", async () => {
  const report = await look(damage(({ key }) => key === "scheduler", { user: "nob&dy" }));
  const texts = [reportText(report), reportJson(report), reportJunit(report)];
  for (const text of texts) {
    for (const secret of ["c4nary", "c4nary%2F", primary.connection.password?.reveal() ?? "none"])
      expect(text).not.toContain(secret);
    expect(text).toContain("login_refused");
  }
  expect(exitCodeOf(report)).toBe(2);
  expect(reportJunit(report)).toMatch(/<testsuite name="praetor secrets doctor" tests="\d+" failures="2" skipped="0"/);
});

// The last one: the standby is none afterwards.
test("a standby that is promoted is found", async () => {
  await standby.query("select pg_promote()");
  expect(await codesOf(right)).toContain("orion replica - replica_promoted");
});
