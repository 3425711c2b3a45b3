import { escapeIdentifier, escapeLiteral } from "pg";
import type { Domain } from "../migrations/index.ts";
import type { Measure } from "./measure.ts";

/** What the services may do with the tables of a schema; of `praetor` they only read which migrations are applied. */
const tableRights = { own: ["select", "insert", "update", "delete"], praetor: ["select"] } as const;
const sequenceRights = ["usage", "select"] as const;

/** Makes the schemas of a database, owned by the role that is connected, and gives the service role its rights in them. */
export function schemaMeasures(domain: Domain, user: string): readonly Measure[] {
  const own = schema(domain, user, tableRights.own);
  return [...schema("praetor", user, tableRights.praetor), ...own, ...sequences(domain, user), noTableOfItsOwn(domain, user)];
}

function schema(name: string, user: string, rights: readonly string[]): Measure[] {
  const [role, literal] = [escapeIdentifier(user), escapeLiteral(user)];
  const may = (right: string) => `has_schema_privilege(${literal}, '${name}', '${right}')`;
  return [
    {
      subject: `schema ${name}`,
      missing: `to_regnamespace('${name}') is null`,
      statements: [`create schema ${name}`],
      action: "created",
    },
    {
      subject: `schema ${name}: use`,
      missing: `not ${may("usage")} or ${may("create")}`,
      statements: [`revoke create on schema ${name} from public, ${role}`, `grant usage on schema ${name} to ${role}`],
      action: "repaired",
    },
    {
      subject: `tables of ${name}: ${rights.join(", ")}`,
      missing: `exists (select from pg_class where relnamespace = '${name}'::regnamespace and relkind in ('r', 'p', 'v', 'm')
        and not (${rights.map((right) => `has_table_privilege(${literal}, oid, '${right}')`).join(" and ")}))`,
      statements: [`grant ${rights.join(", ")} on all tables in schema ${name} to ${role}`],
      action: "repaired",
    },
    defaults(name, user, "tables", rights),
  ];
}

function sequences(name: string, user: string): Measure[] {
  return [
    {
      subject: `sequences of ${name}: ${sequenceRights.join(", ")}`,
      missing: `exists (select from pg_class where relnamespace = '${name}'::regnamespace and relkind = 'S'
        and not (${sequenceRights.map((right) => `has_sequence_privilege(${escapeLiteral(user)}, oid, '${right}')`).join(" and ")}))`,
      statements: [`grant ${sequenceRights.join(", ")} on all sequences in schema ${name} to ${escapeIdentifier(user)}`],
      action: "repaired",
    },
    defaults(name, user, "sequences", sequenceRights),
  ];
}

/** Default privileges belong to the role that will make the objects: the one that is connected also migrates. */
function defaults(name: string, user: string, kind: "tables" | "sequences", rights: readonly string[]): Measure {
  const letter = kind === "tables" ? "r" : "S";
  return {
    subject: `coming ${kind} of ${name}: ${rights.join(", ")}`,
    missing: `${rights.length} > (select count(*) from pg_default_acl, aclexplode(defaclacl) as item
      where defaclrole = (select oid from pg_roles where rolname = current_user) and defaclnamespace = '${name}'::regnamespace and defaclobjtype = '${letter}'
      and item.grantee = (select oid from pg_roles where rolname = ${escapeLiteral(user)}) and lower(item.privilege_type) in (${rights.map(escapeLiteral).join(", ")}))`,
    statements: [`alter default privileges in schema ${name} grant ${rights.join(", ")} on ${kind} to ${escapeIdentifier(user)}`],
    action: "repaired",
  };
}

/** Rights that drop rows by the table, or that let code run in the name of others. */
function noTableOfItsOwn(name: string, user: string): Measure {
  return {
    subject: `tables of ${name}: no truncate, references, trigger`,
    missing: `exists (select from pg_class where relnamespace = '${name}'::regnamespace and relkind in ('r', 'p')
      and has_table_privilege(${escapeLiteral(user)}, oid, 'truncate, references, trigger'))`,
    statements: [`revoke truncate, references, trigger on all tables in schema ${name} from public, ${escapeIdentifier(user)}`],
    action: "repaired",
  };
}
