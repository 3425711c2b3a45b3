import type { Client } from "pg";
import type { Domain } from "../migrations/index.ts";
import { catalog } from "./catalog.ts";

/** The definitions of everything in a domain's schema, as SQL for people to read and for tests to compare. */
export async function dumpSchema(client: Client, domain: Domain): Promise<string> {
  // With the schema in no search path, the catalogs' functions name it.
  await client.query("set search_path to pg_catalog");
  const parts: string[] = [`-- The final schema of ${domain}, as its migrations make it. Do not edit: see schema.test.ts.`];
  for (const query of catalog) {
    const { rows } = await client.query<{ definition: string }>(query, [domain]);
    parts.push(...rows.map(({ definition }) => definition.trim()));
  }
  return `${parts.join("\n\n")}\n`;
}
