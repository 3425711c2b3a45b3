import type { Secret } from "@praetor/secrets";
import { type Client, DatabaseError, escapeIdentifier, escapeLiteral } from "pg";
import { passwordClause } from "./role.ts";

/** Whether a role logs in and then acts as another: the twin of that one. */
export async function isTwinOf(client: Client, role: string, base: string): Promise<boolean> {
  const { rows } = await client.query<{ acts: boolean }>(
    `select exists (select from pg_db_role_setting join pg_roles on pg_roles.oid = setrole
      where rolname = $1 and setdatabase = 0 and ('role=' || $2) = any(setconfig)) as acts`,
    [role, base],
  );
  return rows[0]?.acts ?? false;
}

export async function roleExists(client: Client, role: string): Promise<boolean> {
  const { rowCount } = await client.query("select from pg_roles where rolname = $1", [role]);
  return rowCount === 1;
}

/**
 * Makes or renews a role that logs in with a password of its own and acts as `base` from its first statement on: what it makes is
 * owned by `base`, and every right, membership and default privilege of `base` is its own. Settings, attributes and limits of
 * `base` are copied, since those come with the login.
 */
export async function setUpTwin(client: Client, base: string, twin: string, password: Secret): Promise<void> {
  const [one, other] = [escapeIdentifier(base), escapeIdentifier(twin)];
  const { rows } = await client.query<{ attributes: string }>(attributesOf, [base]);
  const known = await roleExists(client, twin);
  // In one transaction: a role that can log in and does not yet act as the other could make what nobody else may touch.
  await client.query("begin");
  try {
    if (!known) await client.query(`create role ${other}`);
    await client.query(`grant ${one} to ${other}`);
    for (const { statement } of await settingsFor(client, base, twin)) await client.query(statement);
    await client.query(`alter role ${other} set role = ${escapeLiteral(base)}`);
    await client.query(`alter role ${other} with login inherit ${rows[0]?.attributes ?? ""} ${passwordClause(password)}`);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}

const attributesOf = `
  select concat_ws(' ', case when rolsuper then 'superuser' end, case when rolcreatedb then 'createdb' end,
    case when rolcreaterole then 'createrole' end, case when rolreplication then 'replication' end,
    case when rolbypassrls then 'bypassrls' end, 'connection limit ' || rolconnlimit) as attributes
  from pg_roles where rolname = $1`;

/** The statements that give one role the settings of another: everywhere, and in single databases. */
async function settingsFor(client: Client, base: string, twin: string): Promise<readonly { statement: string }[]> {
  const { rows } = await client.query<{ statement: string }>(
    `with own as (
       select datname, setconfig from pg_db_role_setting
       join pg_roles on pg_roles.oid = setrole left join pg_database on pg_database.oid = setdatabase where rolname = $1
     ), each as (
       select datname, split_part(item, '=', 1) as name, substr(item, strpos(item, '=') + 1) as value from own, unnest(setconfig) as item
     )
     select format('alter role %I%s set %s to %s', $2::text, case when datname is null then '' else format(' in database %I', datname) end,
       name, case when name in ('search_path', 'session_preload_libraries', 'local_preload_libraries', 'temp_tablespaces', 'DateStyle')
         then value else quote_literal(value) end) as statement
     from each where name <> 'role'`,
    [base, twin],
  );
  return rows;
}

/** Gives a role another password; only what the server stores of it is sent. */
export async function setPassword(client: Client, role: string, password: Secret): Promise<void> {
  await client.query(`alter role ${escapeIdentifier(role)} ${passwordClause(password)}`);
}

const dependentObjects = "2BP01";

/** Removes a role, or, where something still refers to it, keeps it from logging in. */
export async function dropOrLock(client: Client, role: string): Promise<void> {
  try {
    await client.query(`drop role if exists ${escapeIdentifier(role)}`);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== dependentObjects) throw error;
    await client.query(`alter role ${escapeIdentifier(role)} nologin password null`);
  }
}

/** Sessions that logged in as a role, in words. */
export async function sessionsOf(client: Client, role: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string; address: string; since: string }>(
    `select coalesce(nullif(application_name, ''), 'unnamed') as name, coalesce(host(client_addr), 'a local socket') as address,
       to_char(backend_start at time zone 'UTC', 'HH24:MI:SS') as since
     from pg_stat_activity
     where usename = $1 and backend_type = 'client backend' and pid <> pg_backend_pid() and application_name <> $2
     order by backend_start`,
    [role, rotationName],
  );
  return rows.map(({ name, address, since }) => `${name} at ${address} since ${since}`);
}

/** What `pg_stat_activity` shows of a rotation's own sessions. */
export const rotationName = "praetor secrets rotate";
