import { type ConnectionString, parseConnectionString } from "@praetor/secrets";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { createEmpty, dropDatabase } from "../testing/template.ts";
import { domains, loadMigrations } from "./files.ts";
import { type MigrationProgress, migrate, migrationStatus, requireCurrentSchema } from "./migrate.ts";
import { MigrationError } from "./migration-error.ts";

const cluster = parseConnectionString(inject("postgres"));
let connection: ConnectionString;
const databases: string[] = [];

async function emptyDatabase(): Promise<ConnectionString> {
  const made = await createEmpty(cluster);
  databases.push(made.database ?? "");
  return made;
}

beforeEach(async () => {
  connection = await emptyDatabase();
});
afterEach(() => Promise.all(databases.splice(0).map((name) => dropDatabase(cluster, name))));

async function query<R extends object>(text: string, at = connection): Promise<R[]> {
  const client = new Client({ host: at.hosts[0]?.host ?? "", user: at.user, database: at.database });
  await client.connect();
  try {
    return (await client.query<R>(text)).rows;
  } finally {
    await client.end();
  }
}

const first = { "orion/0001_first.sql": "create table orion.first (id integer);" };
const second = { "orion/0002_second.sql": "create table orion.second (id integer);\ninsert into orion.first values (1)" };
const other = { "events/0001_other.sql": "create table events.other (id integer); -- the end" };

const problemOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof MigrationError ? error.problem : error),
  );

describe("migrating", () => {
  test("applies what is missing, in order, and tells about it", async () => {
    const told: string[] = [];
    const onProgress = (progress: MigrationProgress) =>
      told.push(
        progress.kind === "applying" ? `${progress.migration.name} ${progress.position}/${progress.total}` : progress.kind,
      );
    await migrate(connection, { migrations: loadMigrations(first), onProgress });
    await migrate(connection, { migrations: loadMigrations({ ...other, ...second, ...first }), onProgress });
    await migrate(connection, { migrations: loadMigrations({ ...other, ...second, ...first }), onProgress });
    expect(told).toEqual(["0001_first 1/1", "0002_second 1/2", "0001_other 2/2"]);
    expect(await query("select domain, number, name from praetor.migration order by domain, number")).toEqual([
      { domain: "events", number: 1, name: "0001_other" },
      { domain: "orion", number: 1, name: "0001_first" },
      { domain: "orion", number: 2, name: "0002_second" },
    ]);
  });

  test("makes all of ours in one database", async () => {
    await migrate(connection);
    expect((await migrationStatus(connection)).every(({ applied }) => applied !== undefined)).toBe(true);
  });

  test("makes each domain in a database of its own", async () => {
    const targets = { orion: connection, events: await emptyDatabase(), nebula: await emptyDatabase() };
    await migrate(targets);
    for (const domain of domains) {
      const schemas = await query(
        "select nspname from pg_namespace where nspname in ('orion', 'events', 'nebula')",
        targets[domain],
      );
      expect(schemas).toEqual([{ nspname: domain }]);
    }
    await requireCurrentSchema(targets);
  });

  test("from several processes at once is done once", async () => {
    const migrations = loadMigrations({ ...first, "orion/0002_slow.sql": "select pg_sleep(0.1); create table orion.slow ()" });
    const told: string[] = [];
    const onProgress = ({ kind }: MigrationProgress) => told.push(kind);
    await Promise.all([1, 2, 3].map(() => migrate(connection, { migrations, onProgress })));
    expect(told.toSorted((a, b) => a.localeCompare(b))).toEqual(["applying", "applying", "waiting", "waiting"]);
  });

  test("keeps nothing of a file that fails, and everything before it", async () => {
    const broken = { "orion/0002_broken.sql": "create table orion.second (id integer);\n\nselect nothing" };
    const error = await migrate(connection, { migrations: loadMigrations({ ...first, ...broken }) }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ problem: "migration_failed" });
    expect(String(error)).toBe(
      'MigrationError: The migration orion/0002_broken failed at line 3: column "nothing" does not exist',
    );
    expect(await query("select tablename from pg_tables where schemaname = 'orion'")).toEqual([{ tablename: "first" }]);
    await migrate(connection, { migrations: loadMigrations({ ...first, ...second }) });
  });
});

describe("a file without a transaction", () => {
  const index = {
    "orion/0002_index.sql": `--! no-transaction
-- It is dropped first: a cut attempt leaves an index that is not valid; and a "; in a comment
drop index concurrently if exists orion.first_id;
create index concurrently first_id
  on orion.first (id);
`,
  };

  test("builds an index while others wait for their turn", async () => {
    const migrations = loadMigrations({ ...first, ...index });
    await Promise.all([1, 2].map(() => migrate(connection, { migrations })));
    expect(await query("select indisvalid from pg_index where indexrelid = 'orion.first_id'::regclass")).toEqual([
      { indisvalid: true },
    ]);
  });

  test("is applied again when it was cut before its record", async () => {
    const migrations = loadMigrations({ ...first, ...index });
    await migrate(connection, { migrations });
    await query("delete from praetor.migration where number = 2");
    await migrate(connection, { migrations });
    expect((await migrationStatus(connection, migrations)).map(({ applied }) => typeof applied)).toEqual(["string", "string"]);
  });
});

describe("a database", () => {
  test("of a newer version is refused", async () => {
    await migrate(connection, { migrations: loadMigrations({ ...first, ...second }) });
    const migrations = loadMigrations(first);
    expect(await problemOf(migrate(connection, { migrations }))).toBe("schema_newer");
    expect(await problemOf(migrationStatus(connection, migrations))).toBe("schema_newer");
  });

  test("whose migration had another text is refused", async () => {
    await migrate(connection, { migrations: loadMigrations(first) });
    const migrations = loadMigrations({ "orion/0001_first.sql": "create table orion.first (id bigint);" });
    expect(await problemOf(migrate(connection, { migrations }))).toBe("migration_changed");
  });

  test("that lacks a migration is refused where nothing may be migrated", async () => {
    expect(await problemOf(requireCurrentSchema(connection, loadMigrations(first)))).toBe("schema_older");
    await migrate(connection, { migrations: loadMigrations(first) });
    expect(await problemOf(requireCurrentSchema(connection, loadMigrations(first)))).toBeUndefined();
    const error = await requireCurrentSchema(connection, loadMigrations({ ...first, ...second })).catch(String);
    expect(error).toContain("orion/0002_second");
  });
});
