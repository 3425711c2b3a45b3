import {
  BlockDocument,
  BlockDocumentCreate,
  BlockDocumentFilter,
  BlockDocumentSort,
  BlockDocumentUpdate,
  BlockSchemaFilter,
  BlockTypeFilter,
} from "@praetor/wire";
import { boolean, integer, limit, list, offset, optional, parts, string, uuid } from "@praetor/wire";
import type { Dependencies } from "../../../platform/dependencies.ts";
import { checkLimit } from "../../../platform/filter/index.ts";
import { empty, noContent, reply, type Route, route } from "../../../platform/http/index.ts";
import { DocumentEncryption } from "../encryption.ts";
import * as documents from "./operations.ts";
import { countBlockDocuments } from "./queries.ts";

const tag = "Block documents";
const includeSecrets = boolean().default(false);
const filters = {
  block_documents: optional(BlockDocumentFilter),
  block_types: optional(BlockTypeFilter),
  block_schemas: optional(BlockSchemaFilter),
};

export function blockDocumentRoutes(dependencies: Dependencies): Route[] {
  const deps = { ...dependencies, encryption: new DocumentEncryption(dependencies.settings) };
  return [...itemRoutes(deps), ...changeRoutes(deps), ...listRoutes(deps), ...routesOfType(deps)];
}

type Deps = Dependencies & documents.DocumentDeps;

function itemRoutes(deps: Deps): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/block_documents/",
      permission: "manage_blocks",
      tag,
      summary: "Save a block",
      body: BlockDocumentCreate,
      answers: { 201: BlockDocument },
      async handle({ body, context }) {
        return reply(201, await documents.create(deps, workspace(context.workspaceId), body));
      },
    }),
    route({
      method: "GET",
      path: "/block_documents/{id}",
      permission: "see_blocks",
      tag,
      summary: "Read a saved block",
      params: { id: uuid() },
      query: { include_secrets: includeSecrets },
      answers: { 200: BlockDocument },
      async handle({ params, query, context }) {
        return reply(200, await documents.read(deps, workspace(context.workspaceId), params.id, query.include_secrets));
      },
    }),
  ];
}

function changeRoutes(deps: Deps): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "PATCH",
      path: "/block_documents/{id}",
      permission: "manage_blocks",
      tag,
      summary: "Change the values of a saved block",
      params: { id: uuid() },
      body: BlockDocumentUpdate,
      answers: { 204: empty },
      async handle({ params, body, context }) {
        await documents.update(deps, workspace(context.workspaceId), params.id, body);
        return noContent();
      },
    }),
    route({
      method: "DELETE",
      path: "/block_documents/{id}",
      permission: "manage_blocks",
      tag,
      summary: "Delete a saved block",
      params: { id: uuid() },
      answers: { 204: empty },
      async handle({ params, context }) {
        await documents.remove(deps, workspace(context.workspaceId), params.id);
        return noContent();
      },
    }),
  ];
}

function listRoutes(deps: Deps): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/block_documents/filter",
      permission: "see_blocks",
      tag,
      summary: "List saved blocks",
      body: parts({
        limit: limit(),
        ...filters,
        include_secrets: includeSecrets,
        sort: optional(BlockDocumentSort),
        offset: offset(),
      }),
      answers: { 200: list(BlockDocument) },
      async handle({ body, context }) {
        const { block_documents, block_types: types, block_schemas: schemas, offset: from } = body;
        const page = { sort: body.sort ?? "NAME_ASC", limit: checkLimit(body.limit), offset: from } as const;
        const asked = { documents: block_documents, types, schemas, ...page };
        return reply(200, await documents.list(deps, workspace(context.workspaceId), asked, body.include_secrets));
      },
    }),
    route({
      method: "POST",
      path: "/block_documents/count",
      permission: "see_blocks",
      tag,
      summary: "Count saved blocks",
      body: parts(filters),
      answers: { 200: integer() },
      async handle({ body, context }) {
        const asked = { documents: body.block_documents, types: body.block_types, schemas: body.block_schemas };
        return reply(200, await countBlockDocuments(workspace(context.workspaceId), asked));
      },
    }),
  ];
}

function routesOfType(deps: Deps): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "GET",
      path: "/block_types/slug/{slug}/block_documents",
      permission: "see_blocks",
      tag,
      summary: "List the saved blocks of a type",
      params: { slug: string() },
      query: { include_secrets: includeSecrets },
      answers: { 200: list(BlockDocument) },
      async handle({ params, query, context }) {
        return reply(200, await documents.listOfType(deps, workspace(context.workspaceId), params.slug, query.include_secrets));
      },
    }),
    route({
      method: "GET",
      path: "/block_types/slug/{slug}/block_documents/name/{block_document_name}",
      permission: "see_blocks",
      tag,
      summary: "Read a saved block by type and name",
      params: { slug: string(), block_document_name: string() },
      query: { include_secrets: includeSecrets },
      answers: { 200: BlockDocument },
      async handle({ params, query, context }) {
        const place = { slug: params.slug, name: params.block_document_name };
        return reply(200, await documents.readByName(deps, workspace(context.workspaceId), place, query.include_secrets));
      },
    }),
  ];
}
