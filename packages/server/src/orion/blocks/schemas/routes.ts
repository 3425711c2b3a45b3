import { BlockSchema, BlockSchemaCreate, BlockSchemaFilter } from "@praetor/wire";
import { limit, list, offset, optional, parts, string, uuid } from "@praetor/wire";
import type { Dependencies } from "../../../platform/dependencies.ts";
import { checkLimit } from "../../../platform/filter/index.ts";
import { empty, noContent, reply, type Route, route } from "../../../platform/http/index.ts";
import { ensure, read, readByChecksum, remove } from "./operations.ts";
import { listBlockSchemas, readCapabilities } from "./queries.ts";

const tag = "Block schemas";

export function blockSchemaRoutes(deps: Dependencies): Route[] {
  return [...itemRoutes(deps), ...lookupRoutes(deps)];
}

function itemRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/block_schemas/",
      permission: "manage_blocks",
      tag,
      summary: "Create a block schema, or answer the one of that content and version",
      body: BlockSchemaCreate,
      answers: { 200: BlockSchema, 201: BlockSchema },
      async handle({ body, context }) {
        const { created, schema } = await ensure(deps, workspace(context.workspaceId), body);
        return reply(created ? 201 : 200, schema);
      },
    }),
    route({
      method: "GET",
      path: "/block_schemas/{id}",
      permission: "see_blocks",
      tag,
      summary: "Read a block schema",
      params: { id: uuid() },
      answers: { 200: BlockSchema },
      async handle({ params, context }) {
        return reply(200, await read(workspace(context.workspaceId), params.id));
      },
    }),
    route({
      method: "DELETE",
      path: "/block_schemas/{id}",
      permission: "manage_blocks",
      tag,
      summary: "Delete a block schema with its documents",
      params: { id: uuid() },
      answers: { 204: empty },
      async handle({ params, context }) {
        await remove(workspace(context.workspaceId), params.id);
        return noContent();
      },
    }),
  ];
}

function lookupRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "GET",
      path: "/block_schemas/checksum/{checksum}",
      permission: "see_blocks",
      tag,
      summary: "Read a block schema by the checksum of its content",
      params: { checksum: string() },
      query: { version: optional(string()) },
      answers: { 200: BlockSchema },
      async handle({ params, query, context }) {
        return reply(200, await readByChecksum(workspace(context.workspaceId), params.checksum, query.version));
      },
    }),
    route({
      method: "POST",
      path: "/block_schemas/filter",
      permission: "see_blocks",
      tag,
      summary: "List block schemas",
      body: parts({ limit: limit(), block_schemas: optional(BlockSchemaFilter), offset: offset() }),
      answers: { 200: list(BlockSchema) },
      async handle({ body, context }) {
        const asked = { schemas: body.block_schemas, offset: body.offset, limit: checkLimit(body.limit) };
        return reply(200, await listBlockSchemas(workspace(context.workspaceId), asked));
      },
    }),
    route({
      method: "GET",
      path: "/block_capabilities/",
      permission: "see_blocks",
      tag: "Block capabilities",
      summary: "List what blocks can do",
      answers: { 200: list(string()) },
      async handle({ context }) {
        const rows = await workspace(context.workspaceId).all(readCapabilities);
        return reply(
          200,
          rows.map(({ capability }) => capability),
        );
      },
    }),
  ];
}
