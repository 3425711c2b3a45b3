import {
  Artifact,
  ArtifactCollection,
  ArtifactCollectionFilter,
  ArtifactCollectionSort,
  ArtifactCreate,
  ArtifactFilter,
  ArtifactSort,
  ArtifactUpdate,
  DeploymentFilter,
  FlowFilter,
  FlowRunFilter,
  integer,
  limit,
  list,
  offset,
  optional,
  parts,
  string,
  TaskRunFilter,
  uuid,
} from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { checkLimit } from "../../platform/filter/index.ts";
import { empty, noContent, reply, type Route, route } from "../../platform/http/index.ts";
import { countArtifacts, countCollections } from "./lists.ts";
import { create, list as listArtifacts, listLatest, read, readLatest, remove, update } from "./operations.ts";

const tag = "Artifacts";
const makers = {
  flow_runs: optional(FlowRunFilter),
  task_runs: optional(TaskRunFilter),
  flows: optional(FlowFilter),
  deployments: optional(DeploymentFilter),
};

export function artifactRoutes(deps: Dependencies): Route[] {
  return [...itemRoutes(deps), ...byIdRoutes(deps), ...listRoutes(deps), ...latestRoutes(deps)];
}

function itemRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/artifacts/",
      permission: "write_artifacts",
      tag,
      summary: "Create an artifact",
      body: ArtifactCreate,
      answers: { 201: Artifact },
      async handle({ body, context }) {
        return reply(201, await create(deps, workspace(context.workspaceId), body));
      },
    }),
    route({
      method: "GET",
      path: "/artifacts/{key}/latest",
      permission: "see_artifacts",
      tag,
      summary: "Read the newest artifact of a key",
      params: { key: string() },
      answers: { 200: Artifact },
      async handle({ params, context }) {
        return reply(200, await readLatest(workspace(context.workspaceId), params.key));
      },
    }),
  ];
}

function byIdRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  const place = { path: "/artifacts/{id}", tag, params: { id: uuid() } } as const;
  return [
    route({
      ...place,
      method: "GET",
      permission: "see_artifacts",
      summary: "Read an artifact",
      answers: { 200: Artifact },
      async handle({ params, context }) {
        return reply(200, await read(workspace(context.workspaceId), params.id));
      },
    }),
    route({
      ...place,
      method: "PATCH",
      permission: "write_artifacts",
      summary: "Change an artifact",
      body: ArtifactUpdate,
      answers: { 204: empty },
      async handle({ params, body, context }) {
        await update(workspace(context.workspaceId), params.id, body);
        return noContent();
      },
    }),
    route({
      ...place,
      method: "DELETE",
      permission: "manage_artifacts",
      summary: "Delete an artifact",
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
  const filters = { artifacts: optional(ArtifactFilter), ...makers };
  return [
    route({
      method: "POST",
      path: "/artifacts/filter",
      permission: "see_artifacts",
      tag,
      summary: "List artifacts",
      body: parts({ limit: limit(), sort: ArtifactSort.default("ID_DESC"), offset: offset(), ...filters }),
      answers: { 200: list(Artifact) },
      async handle({ body, context }) {
        return reply(200, await listArtifacts(workspace(context.workspaceId), { ...body, limit: checkLimit(body.limit) }));
      },
    }),
    route({
      method: "POST",
      path: "/artifacts/count",
      permission: "see_artifacts",
      tag,
      summary: "Count artifacts",
      body: parts(filters),
      answers: { 200: integer() },
      async handle({ body, context }) {
        return reply(200, await countArtifacts(workspace(context.workspaceId), body));
      },
    }),
  ];
}

function latestRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  const filters = { artifacts: optional(ArtifactCollectionFilter), ...makers };
  return [
    route({
      method: "POST",
      path: "/artifacts/latest/filter",
      permission: "see_artifacts",
      tag,
      summary: "List the newest artifacts of their keys",
      body: parts({ limit: limit(), sort: ArtifactCollectionSort.default("ID_DESC"), offset: offset(), ...filters }),
      answers: { 200: list(ArtifactCollection) },
      async handle({ body, context }) {
        return reply(200, await listLatest(workspace(context.workspaceId), { ...body, limit: checkLimit(body.limit) }));
      },
    }),
    route({
      method: "POST",
      path: "/artifacts/latest/count",
      permission: "see_artifacts",
      tag,
      summary: "Count the keys of artifacts",
      body: parts(filters),
      answers: { 200: integer() },
      async handle({ body, context }) {
        return reply(200, await countCollections(workspace(context.workspaceId), body));
      },
    }),
  ];
}
