import type { Client } from "pg";
import type { Domain } from "../migrations/index.ts";
import type { SetupStep } from "./setup-step.ts";

/**
 * Everything of ours that the role owns, as the statements that hand it to the role that is connected: an owner may drop
 * what it owns, whatever else it may not do. A column's sequence and a table's row type go with their table.
 */
const handOver = `
  with ours as (select oid, nspname, nspowner from pg_namespace where nspname = any($2)),
  service as (select oid from pg_roles where rolname = $1)
  select format('alter database %I owner to current_user', datname) as statement
    from pg_database, service where datname = current_database() and datdba = service.oid
  union all
  select format('alter schema %I owner to current_user', nspname) from ours, service where nspowner = service.oid
  union all
  select format('alter %s %s owner to current_user', case relkind when 'S' then 'sequence' when 'v' then 'view'
      when 'm' then 'materialized view' else 'table' end, pg_class.oid::regclass)
    from pg_class, ours, service
    where relnamespace = ours.oid and relowner = service.oid and relkind in ('r', 'p', 'v', 'm', 'S')
      and not exists (select from pg_depend where objid = pg_class.oid and deptype in ('a', 'i') and relkind = 'S')
  union all
  select format('alter routine %s owner to current_user', pg_proc.oid::regprocedure)
    from pg_proc, ours, service where pronamespace = ours.oid and proowner = service.oid
  union all
  select format('alter type %s owner to current_user', pg_type.oid::regtype)
    from pg_type, ours, service where typnamespace = ours.oid and typowner = service.oid and typtype in ('e', 'd')`;

/** Takes from the service role what it owns of a database. */
export async function takeOwnership(client: Client, domain: Domain, user: string): Promise<SetupStep> {
  const { rows } = await client.query<{ statement: string }>(handOver, [user, ["praetor", domain]]);
  for (const { statement } of rows) await client.query(statement);
  return { subject: `owner is not ${user}`, action: rows.length === 0 ? "kept" : "repaired" };
}
