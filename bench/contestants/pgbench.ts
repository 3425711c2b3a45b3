/**
 * What PostgreSQL itself does with the rows of a transition, one transaction each: pgbench with a read of the run and
 * its state, and one write of state, run and outbox. No HTTP, no rules, no batches.
 */
import { execFile } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ConnectionString } from "../../packages/secrets/src/index.ts";
import { migrate } from "../../packages/server/src/platform/database/migrations/index.ts";
import { clear, FLOW_ID, settle, WORKSPACE_ID } from "../seed.ts";
import type { Cluster } from "./cluster.ts";

const RUNS = 50_000;
const CLIENTS = 32;
const ID = "(lpad(to_hex(n), 8, '0') || '-0000-4000-8000-000000000000')::uuid";
const seed = `insert into orion.flow_run (workspace_id, id, flow_id, name, state_id, state_type, state_name, state_timestamp)
  select '${WORKSPACE_ID}', ${ID}, '${FLOW_ID}', 'run-' || n, ${ID}, 'PENDING', 'Pending', now()
  from generate_series(0, ${RUNS - 1}) as n;
  insert into orion.flow_run_state (workspace_id, id, flow_run_id, type, name, timestamp)
  select workspace_id, state_id, id, state_type, state_name, state_timestamp from orion.flow_run`;

const script = `
\\set n random(0, ${RUNS - 1})
begin;
select run.*, state.type, state.name, state.timestamp from orion.flow_run as run
  join orion.flow_run_state as state on state.workspace_id = run.workspace_id and state.id = run.state_id
  where run.workspace_id = '${WORKSPACE_ID}' and run.id = ${ID.replace("(n)", "(:n::int)")};
with written as (
  update orion.flow_run set updated = now(), state_id = gen_random_uuid(), state_type = 'RUNNING', state_name = 'Running',
    state_timestamp = clock_timestamp(), run_count = run_count + 1, start_time = now(), total_run_time = 0
  where workspace_id = '${WORKSPACE_ID}' and id = ${ID.replace("(n)", "(:n::int)")}
  returning id, state_id, state_timestamp
), announced as (
  insert into orion.outbox (workspace_id, id, event) select '${WORKSPACE_ID}', state_id,
    '{"id":"0f000000-0000-4000-8000-000000000000","event":"prefect.flow-run.Running","occurred":"2026-11-23T06:16:41.782626Z","resource":{"prefect.resource.id":"prefect.flow-run.0f000000-0000-4000-8000-000000000000","prefect.resource.name":"run","prefect.state-name":"Running"},"related":[],"payload":{"intended":{"from":"PENDING","to":"RUNNING"}}}'
  from written
)
insert into orion.flow_run_state (workspace_id, id, flow_run_id, type, name, timestamp, state_details)
  select '${WORKSPACE_ID}', state_id, id, 'RUNNING', 'Running', state_timestamp, '{"untrackable_result": false}' from written;
commit;
`;

/** Debian keeps it beside the server's other programs, off the path. */
function find(): string | undefined {
  const places = (process.env["PATH"] ?? "").split(":").map((folder) => join(folder, "pgbench"));
  return [...places, ...globSync("/usr/lib/postgresql/*/bin/pgbench").toSorted().toReversed()].find((path) => existsSync(path));
}

export interface Pgbench {
  /** Transactions a second. */
  run(seconds: number): Promise<number>;
  close(): Promise<void>;
}

/** Undefined where pgbench is not installed (Debian: `apt-get install postgresql-contrib`). */
export async function openPgbench(cluster: Cluster): Promise<Pgbench | undefined> {
  const executable = find();
  if (executable === undefined) return undefined;
  const database = await cluster.createDatabase("pgbench");
  const connection: ConnectionString = {
    hosts: [{ host: cluster.socketFolder, port: 5432 }],
    user: "praetor",
    database: "pgbench",
    parameters: {},
  };
  await migrate(connection);
  const seeded = { name: "praetor", database } as const;
  await clear(seeded);
  await database.query(seed);
  await settle(seeded);
  const folder = await mkdtemp(join(tmpdir(), "bench-pgbench-"));
  const file = join(folder, "transition.sql");
  await writeFile(file, script);
  const options = [
    "-h",
    cluster.socketFolder,
    "-U",
    "praetor",
    "-n",
    "-M",
    "prepared",
    "-c",
    `${CLIENTS}`,
    "-j",
    "1",
    "-f",
    file,
  ];
  return {
    async run(seconds) {
      const { stdout } = await promisify(execFile)(executable, [...options, "-T", String(seconds), "pgbench"]);
      const tps = /^tps = ([\d.]+)/m.exec(stdout)?.[1];
      if (tps === undefined) throw new Error(`pgbench printed no rate:\n${stdout}`);
      return Number(tps);
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
