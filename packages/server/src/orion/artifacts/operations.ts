import type {
  Artifact,
  ArtifactCollection,
  ArtifactCollectionFilter,
  ArtifactCreate,
  ArtifactFilter,
  ArtifactUpdate,
} from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { lifecycleEvent, type OutboxRow } from "../outbox/index.ts";
import { type ArtifactPage, listArtifacts, listCollections } from "./lists.ts";
import { keptMetadata, metadataOf } from "./metadata.ts";
import {
  deleteArtifact,
  deleteCollection,
  insertArtifact,
  lockCollection,
  readArtifact,
  readLatestArtifact,
  readNewestOfKey,
  repointCollection,
  type StoredArtifact,
  updateArtifact,
} from "./queries.ts";

type Deps = Pick<Dependencies, "clock" | "ids">;
type Latest = Pick<Artifact, "id" | "key" | "type" | "description" | "data" | "flow_run_id" | "task_run_id">;

/** The event of a collection that came, has another latest artifact, or went. */
function announce(deps: Deps, change: "created" | "updated" | "deleted", id: string, latest: Latest): OutboxRow {
  const related = [
    { id: `prefect.artifact.${latest.id}`, role: "latest" },
    ...(latest.flow_run_id === null ? [] : [{ id: `prefect.flow-run.${latest.flow_run_id}`, role: "flow-run" }]),
    ...(latest.task_run_id === null ? [] : [{ id: `prefect.task-run.${latest.task_run_id}`, role: "task-run" }]),
  ];
  const { key, type, description } = latest;
  const named = JSON.stringify({ key, type, description });
  return lifecycleEvent(deps, {
    event: `prefect.artifact-collection.${change}`,
    resourceId: `prefect.artifact-collection.${id}`,
    name: key ?? "",
    related: related.map((one) => ({ "prefect.resource.id": one.id, "prefect.resource.role": one.role })),
    payload: `${named.slice(0, -1)},"data":${latest.data?.text ?? "null"}}`,
  });
}

const presented = ({ metadata_, ...artifact }: StoredArtifact): Artifact => ({ ...artifact, metadata_: metadataOf(metadata_) });

export async function create(deps: Deps, database: WorkspaceDatabase, artifact: ArtifactCreate): Promise<Artifact> {
  const id = deps.ids.random();
  const collectionId = deps.ids.random();
  const created = announce(deps, "created", collectionId, { id, ...artifact });
  const updated = announce(deps, "updated", collectionId, { id, ...artifact });
  const { key, type, description, data, metadata_, flow_run_id, task_run_id } = artifact;
  const content = [key, type, description, data, keptMetadata(metadata_), flow_run_id, task_run_id] as const;
  // Only one of the two is written, so they may share an id.
  const updatedEvent = updated.event.replace(updated.id, created.id);
  const made = await database.first(insertArtifact, id, ...content, collectionId, created.id, created.event, updatedEvent);
  if (made === undefined) throw new Error("an insert answered no row");
  return presented(made);
}

/** @throws ApiError `artifact_not_found` */
export async function read(database: WorkspaceDatabase, id: string): Promise<Artifact> {
  return presented(found(await database.first(readArtifact, id)));
}

/** The newest artifact of a key. @throws ApiError `artifact_not_found` */
export async function readLatest(database: WorkspaceDatabase, key: string): Promise<Artifact> {
  return presented(found(await database.first(readLatestArtifact, key)));
}

function found(artifact: StoredArtifact | undefined): StoredArtifact {
  if (artifact === undefined) throw apiError("artifact_not_found");
  return artifact;
}

/** Changes what was sent. @throws ApiError `artifact_not_found` */
export async function update(database: WorkspaceDatabase, id: string, sent: Partial<ArtifactUpdate>): Promise<void> {
  const { metadata_, ...rest } = sent;
  const kept = metadata_ === undefined ? rest : { ...rest, metadata_: keptMetadata(metadata_) };
  if (!(await updateArtifact(database, id, kept))) throw apiError("artifact_not_found");
}

/** Deletes an artifact; the newest of those left takes its place in the collection. @throws ApiError `artifact_not_found` */
export async function remove(deps: Deps, database: WorkspaceDatabase, id: string): Promise<void> {
  await database.transaction(async (transaction) => {
    const collection = await transaction.first(lockCollection, id);
    const gone = found(await transaction.first(deleteArtifact, id));
    if (collection === undefined || gone.key === null) return;
    const heir = await transaction.first(readNewestOfKey, gone.key);
    const event = announce(deps, heir ? "updated" : "deleted", collection.id, heir ?? gone);
    if (heir) await transaction.first(repointCollection, collection.id, heir.id, event.id, event.event);
    else await transaction.first(deleteCollection, collection.id, event.id, event.event);
  });
}

export async function list(database: WorkspaceDatabase, asked: ArtifactPage<ArtifactFilter>): Promise<Artifact[]> {
  return (await listArtifacts(database, asked)).map(presented);
}

export async function listLatest(
  database: WorkspaceDatabase,
  asked: ArtifactPage<ArtifactCollectionFilter>,
): Promise<ArtifactCollection[]> {
  const collections = await listCollections(database, asked);
  return collections.map(({ metadata_, ...rest }) => ({ ...rest, metadata_: metadataOf(metadata_) }));
}
