import type { JsonText } from "@praetor/wire";
import { sql } from "../../platform/database/index.ts";
import { bodyOf } from "../../testing/runs.ts";
import type { Answer, TestServer } from "../../testing/server.ts";

export type Body = Record<string, unknown>;

export const UNKNOWN_ID = "0bad0bad-0000-4000-8000-000000000000";

let made = 0;

export interface TypeBody {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly description: string | null;
  readonly updated: string;
}

/** A new kind of block, with a name that no other has. */
export async function makeType(server: TestServer, rest: Body = {}): Promise<TypeBody> {
  made += 1;
  return bodyOf<TypeBody>(await server.ask("POST", "/block_types/", { name: `Kind ${made}`, slug: `kind-${made}`, ...rest }));
}

export interface SchemaBody {
  readonly id: string;
  readonly checksum: string;
  readonly fields: Body;
  readonly capabilities: string[];
  readonly version: string;
  readonly block_type: TypeBody;
}

/** A new schema of a type; its title makes it unlike every other. */
export async function makeSchema(server: TestServer, type: TypeBody, fields: Body = {}, rest: Body = {}): Promise<SchemaBody> {
  made += 1;
  const complete = {
    title: `Schema ${made}`,
    type: "object",
    block_type_slug: type.slug,
    block_schema_references: {},
    ...fields,
  };
  return bodyOf<SchemaBody>(await server.ask("POST", "/block_schemas/", { fields: complete, block_type_id: type.id, ...rest }));
}

export interface DocumentBody {
  readonly id: string;
  readonly name: string;
  readonly data: Body;
  readonly block_schema_id: string;
  readonly block_schema: SchemaBody;
  readonly block_type: TypeBody;
  readonly block_document_references: Record<string, { block_document: Body }>;
  readonly is_anonymous: boolean;
  readonly updated: string;
}

/** A type with one schema, to save documents of. */
export interface Kind {
  readonly type: TypeBody;
  readonly schema: SchemaBody;
}

export async function makeKind(server: TestServer, secretFields: string[] = [], rest: Body = {}): Promise<Kind> {
  const type = await makeType(server);
  return { type, schema: await makeSchema(server, type, { secret_fields: secretFields }, rest) };
}

/** Tries to save a document, with whatever `rest` replaces. */
export function saveDocument(server: TestServer, { type, schema }: Kind, rest: Body = {}): Promise<Answer> {
  made += 1;
  const name = `document-${made}`;
  return server.ask("POST", "/block_documents/", { name, block_type_id: type.id, block_schema_id: schema.id, ...rest });
}

export async function makeDocument(server: TestServer, kind: Kind, data: Body = {}, rest: Body = {}): Promise<DocumentBody> {
  return bodyOf<DocumentBody>(await saveDocument(server, kind, { data, ...rest }));
}

export async function readDocument(server: TestServer, id: string, query = "?include_secrets=true"): Promise<DocumentBody> {
  return bodyOf<DocumentBody>(await server.ask("GET", `/block_documents/${id}${query}`));
}

/** A reference to a document, as clients write one. */
export const referTo = ({ id }: { id: string }) => ({ $ref: { block_document_id: id } });

interface EventBody extends Body {
  readonly event: string;
  readonly payload: Body;
}

/** The events that wait in the outbox about a resource, oldest first. */
export async function eventsAbout(server: TestServer, resourceId: string): Promise<EventBody[]> {
  const rows = await server.deps.databases.orion.system.compose<{ event: JsonText }>(
    () =>
      sql`select event from orion.outbox where event -> 'resource' ->> 'prefect.resource.id' = ${resourceId} order by position`,
  );
  return rows.map(({ event }) => event.value() as EventBody);
}
