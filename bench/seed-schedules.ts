/** Deployments with schedules and coming runs, as copies of some that were made through the API. */
import type { Seeded } from "./seed.ts";
import { copy } from "./seed.ts";

/** The id of the copy `n` of a kind, in SQL. */
const copyId = (kind: number) => `(lpad(to_hex(n), 8, '0') || '-0000-4000-8000-${String(kind).padStart(12, "0")}')::uuid`;
/** Another id for each copy of a row with an id of its own. */
const apart = (column: string) => `md5(template.${column}::text || ' ' || n)::uuid`;
const schemaOf = ({ name }: Seeded) => (name === "praetor" ? "orion." : "");

/** Copies each of the deployments with its schedule and its runs; the kind of a copy is the place of its template. */
export async function scheduleCopies(place: Seeded, templates: readonly string[], copies: number): Promise<void> {
  const { database } = place;
  const schema = schemaOf(place);
  // Runs and their states refer to each other; as a replica would, the copies come without checks.
  await database.query("set session_replication_role = replica");
  for (const [kind, template] of templates.entries()) {
    const id = copyId(kind);
    const createdBy = `jsonb_set(template.created_by::jsonb, '{id}', to_jsonb(${id}::text))`;
    await copy(database, `${schema}deployment`, `id = '${template}'`, copies, { id, name: `'kind-${kind}-' || n` });
    await copy(database, `${schema}deployment_schedule`, `deployment_id = '${template}'`, copies, { id, deployment_id: id });
    await copy(database, `${schema}flow_run`, `deployment_id = '${template}'`, copies, {
      id: apart("id"),
      state_id: apart("state_id"),
      deployment_id: id,
      idempotency_key: "template.idempotency_key || ' ' || n",
      created_by: createdBy,
    });
    const runs = `flow_run_id in (select id from ${schema}flow_run where deployment_id = '${template}')`;
    await copy(database, `${schema}flow_run_state`, runs, copies, { id: apart("id"), flow_run_id: apart("flow_run_id") });
    await database.query(`delete from ${schema}flow_run where deployment_id = '${template}'`);
    await database.query(`delete from ${schema}deployment where id = '${template}'`);
    await database.query(`delete from ${schema}deployment_schedule where deployment_id = '${template}'`);
  }
  await database.query("set session_replication_role = default");
  const tables = ["deployment", "deployment_schedule", "flow_run", "flow_run_state"].map((table) => `${schema}${table}`);
  await database.query(`vacuum analyze ${tables.join(", ")}`);
  await database.query("checkpoint");
}

export interface Withdrawn {
  readonly kinds: number;
  readonly copies: number;
  /** Of the copies `first`, `first + step`, ... */
  readonly first: number;
  readonly step: number;
}

/** Takes the last run of some deployments, as if the time had come to make it; answers of how many. */
export async function withdrawRuns(place: Seeded, { kinds, copies, first, step }: Withdrawn): Promise<number> {
  const { name, database } = place;
  const schema = schemaOf(place);
  let count = 0;
  await database.query("begin");
  for (let kind = 0; kind < kinds; kind++) {
    const chosen = `select ${copyId(kind)} as id from generate_series(${first}, ${copies - 1}, ${step}) as n`;
    const last = `select distinct on (deployment_id) id from ${schema}flow_run where deployment_id in (${chosen})
      order by deployment_id, next_scheduled_start_time desc`;
    const { rowCount } = await database.query(`delete from ${schema}flow_run where id in (${last})`);
    // Praetor keeps how far a schedule has come.
    if (name === "praetor")
      await database.query(`update orion.deployment_schedule set due = now(), scheduled_until = (
          select max(next_scheduled_start_time) from orion.flow_run where flow_run.deployment_id = deployment_schedule.deployment_id)
        where id in (${chosen})`);
    count += rowCount ?? 0;
  }
  await database.query("commit");
  return count;
}
