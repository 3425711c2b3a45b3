import type { ConnectionString } from "@praetor/secrets";
import { type Client, DatabaseError } from "pg";
import type { Finding } from "../../finding.ts";
import { withClient } from "../connections/client.ts";
import type { Domain } from "../migrations/index.ts";

/**
 * Proves, logged in as the service role, that it can read and write every table of its schema and can make or drop
 * nothing. Whatever an attempt should make after all is rolled back.
 *
 * @throws DatabaseUnavailable
 */
export async function verifyServiceRole(connection: ConnectionString, domain: Domain): Promise<Finding[]> {
  return withClient({ connection, applicationName: "praetor database verify" }, (client) => serviceRoleFindings(client, domain));
}

/** As `verifyServiceRole`, on a session that is open; `look` tries nothing, for a standby refuses whatever is tried. */
export async function serviceRoleFindings(client: Client, domain: Domain, how: "look" | "try" = "try"): Promise<Finding[]> {
  const { rows } = await client.query<Rights>(rights, [domain]);
  const [row] = rows;
  if (row === undefined) return [];
  const found = rowFindings(row, domain);
  return how === "look" ? found : [...found, ...(await attemptFindings(client, row, domain))];
}

interface Rights {
  readonly role: string;
  readonly tables: number;
  readonly unreadable: string[];
  readonly unwritable: string[];
  readonly owned: string[];
  readonly powers: string[];
}

const rights = `
  with relations as (
    select oid, oid::regclass::text as name, relowner from pg_class
    where relnamespace = to_regnamespace($1) and relkind in ('r', 'p')
  )
  select current_user as role, count(*)::integer as tables,
    coalesce(array_agg(name) filter (where not has_schema_privilege($1, 'usage') or not has_table_privilege(oid, 'select')), '{}') as unreadable,
    coalesce(array_agg(name) filter (where not (has_table_privilege(oid, 'insert') and has_table_privilege(oid, 'update')
      and has_table_privilege(oid, 'delete'))), '{}') as unwritable,
    coalesce(array_agg(name) filter (where pg_has_role(relowner, 'usage')), '{}') as owned,
    (select array_remove(array[case when rolsuper then 'superuser' end, case when rolcreatedb then 'createdb' end,
       case when rolcreaterole then 'createrole' end, case when rolreplication then 'replication' end,
       case when rolbypassrls then 'bypassrls' end], null) from pg_roles where rolname = current_user) as powers
  from relations`;

const setUpAgain = (domain: Domain) => `praetor database setup ${domain}`;

function rowFindings({ role, tables, unreadable, unwritable, owned, powers }: Rights, domain: Domain): Finding[] {
  const found = (code: string, message: string, remedy = setUpAgain(domain)): Finding => ({
    severity: "error",
    code,
    object: `database ${domain}`,
    key: `role ${role}`,
    message,
    remedy,
  });
  return [
    ...(tables === 0
      ? [found("schema_missing", `has no tables in schema ${domain}, or may not see it`, `praetor database migrate ${domain}`)]
      : []),
    ...(unreadable.length > 0 ? [found("role_cannot_read", `cannot read ${some(unreadable)}`)] : []),
    ...(unwritable.length > 0 ? [found("role_cannot_write", `cannot write ${some(unwritable)}`)] : []),
    ...(owned.length > 0 ? [found("role_can_drop", `can drop ${some(owned)}, whose owner it is or stands for`)] : []),
    ...(powers.length > 0 ? [found("role_too_powerful", `has ${powers.join(", ")}, which no service needs`)] : []),
  ];
}

/** A few names and how many more. */
function some(names: readonly string[]): string {
  const rest = names.length - 3;
  return rest > 0 ? `${names.slice(0, 3).join(", ")} and ${rest} more` : names.join(", ");
}

/** What must be refused, tried: rights can reach a role by ways that no list of ours has. */
function attemptsOf(domain: Domain): readonly (readonly [what: string, statement: string])[] {
  const table = "praetor_verify_this_may_not_be_made";
  return [
    [`a table in schema ${domain}`, `create table ${domain}.${table} ()`],
    ["a table in schema public", `create table public.${table} ()`],
    ["a temporary table", `create temporary table ${table} ()`],
    ["a schema", `create schema ${table}`],
    ["a role", `create role ${table}`],
  ];
}

/** The role may not, or there is nothing of that name to make it in. */
const refusals: ReadonlySet<string> = new Set(["42501", "3F000"]);

async function attemptFindings(client: Client, { role }: Rights, domain: Domain): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const [what, statement] of attemptsOf(domain)) {
    if (!(await isAllowed(client, statement))) continue;
    const message = `can make ${what}`;
    const where = { object: `database ${domain}`, key: `role ${role}` };
    found.push({ severity: "error", code: "role_can_create", ...where, message, remedy: setUpAgain(domain) });
  }
  return found;
}

async function isAllowed(client: Client, statement: string): Promise<boolean> {
  await client.query("begin");
  try {
    await client.query(statement);
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && refusals.has(error.code ?? "")) return false;
    throw error;
  } finally {
    await client.query("rollback");
  }
}
