import { BlockSchemaFilter, BlockType, BlockTypeCreate, BlockTypeFilter, BlockTypeUpdate } from "@praetor/wire";
import { json, JsonText, limit, list, offset, optional, parts, string, uuid } from "@praetor/wire";
import type { Dependencies } from "../../../platform/dependencies.ts";
import { checkLimit } from "../../../platform/filter/index.ts";
import { empty, noContent, reply, type Route, route } from "../../../platform/http/index.ts";
import { registerSystemBlocks } from "../registration/register.ts";
import { create, read, readBySlug, remove, update } from "./operations.ts";
import { listBlockTypes } from "./queries.ts";

const tag = "Block types";

export function blockTypeRoutes(deps: Dependencies): Route[] {
  return [...itemRoutes(deps), ...changeRoutes(deps), ...listRoutes(deps)];
}

function itemRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/block_types/",
      permission: "manage_blocks",
      tag,
      summary: "Create a block type",
      body: BlockTypeCreate,
      answers: { 201: BlockType },
      async handle({ body, context }) {
        return reply(201, await create(deps, workspace(context.workspaceId), body));
      },
    }),
    route({
      method: "GET",
      path: "/block_types/{id}",
      permission: "see_blocks",
      tag,
      summary: "Read a block type",
      params: { id: uuid() },
      answers: { 200: BlockType },
      async handle({ params, context }) {
        return reply(200, await read(workspace(context.workspaceId), params.id));
      },
    }),
    route({
      method: "GET",
      path: "/block_types/slug/{slug}",
      permission: "see_blocks",
      tag,
      summary: "Read a block type by slug",
      params: { slug: string() },
      answers: { 200: BlockType },
      async handle({ params, context }) {
        return reply(200, await readBySlug(workspace(context.workspaceId), params.slug));
      },
    }),
  ];
}

function changeRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "PATCH",
      path: "/block_types/{id}",
      permission: "manage_blocks",
      tag,
      summary: "Change how a block type is presented",
      params: { id: uuid() },
      body: BlockTypeUpdate,
      answers: { 204: empty },
      async handle({ params, body, context }) {
        await update(deps, workspace(context.workspaceId), params.id, body);
        return noContent();
      },
    }),
    route({
      method: "DELETE",
      path: "/block_types/{id}",
      permission: "manage_blocks",
      tag,
      summary: "Delete a block type with its schemas and documents",
      params: { id: uuid() },
      answers: { 204: empty },
      async handle({ params, context }) {
        await remove(deps, workspace(context.workspaceId), params.id);
        return noContent();
      },
    }),
  ];
}

function listRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/block_types/filter",
      permission: "see_blocks",
      tag,
      summary: "List block types",
      body: parts({
        limit: limit(),
        block_types: optional(BlockTypeFilter),
        block_schemas: optional(BlockSchemaFilter),
        offset: offset(),
      }),
      answers: { 200: list(BlockType) },
      async handle({ body, context }) {
        const { block_types: types, block_schemas: schemas, offset: from } = body;
        const asked = { types, schemas, offset: from, limit: checkLimit(body.limit) };
        return reply(200, await listBlockTypes(workspace(context.workspaceId), asked));
      },
    }),
    route({
      method: "POST",
      path: "/block_types/install_system_block_types",
      permission: "manage_blocks",
      tag,
      summary: "Register the built-in block types",
      answers: { 200: json() },
      async handle({ context }) {
        await registerSystemBlocks(workspace(context.workspaceId));
        return reply(200, JsonText.of(null));
      },
    }),
  ];
}
