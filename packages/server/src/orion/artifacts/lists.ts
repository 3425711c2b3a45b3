import type { ArtifactCollection, ArtifactCollectionFilter, ArtifactFilter, ArtifactSort, JsonText } from "@praetor/wire";
import { type Fragment, sql, type WorkspaceExecutor } from "../../platform/database/index.ts";
import { artifactMatches, collectionMatches, type MakerFilters, makersMatch } from "./filters.ts";
import type { StoredArtifact } from "./queries.ts";

const ORDER = {
  CREATED_DESC: sql`artifact.created desc`,
  UPDATED_DESC: sql`artifact.updated desc`,
  ID_DESC: sql`artifact.id desc`,
  KEY_DESC: sql`artifact.key desc`,
  KEY_ASC: sql`artifact.key asc`,
} as const satisfies Record<ArtifactSort, Fragment>;

/** A collection has an id of its own and the age of its first artifact. */
const COLLECTION_ORDER = {
  ...ORDER,
  CREATED_DESC: sql`collection.created desc`,
  ID_DESC: sql`collection.id desc`,
} as const satisfies Record<ArtifactSort, Fragment>;

const CONTENT = sql`artifact.updated, artifact.key, artifact.type, artifact.description, artifact.data,
  artifact.metadata_, artifact.flow_run_id, artifact.task_run_id`;
const COLLECTIONS = sql`orion.artifact_collection as collection
  join orion.artifact as artifact
    on artifact.workspace_id = collection.workspace_id and artifact.id = collection.latest_id`;

/** A collection with what its latest artifact says. */
export interface StoredCollection extends Omit<ArtifactCollection, "metadata_"> {
  readonly metadata_: JsonText | null;
}

export interface ArtifactSelection<F> extends MakerFilters {
  readonly artifacts: F | null;
}
export interface ArtifactPage<F> extends ArtifactSelection<F> {
  readonly sort: ArtifactSort;
  readonly limit: number;
  readonly offset: number;
}

export function listArtifacts(database: WorkspaceExecutor, asked: ArtifactPage<ArtifactFilter>): Promise<StoredArtifact[]> {
  return database.compose<StoredArtifact>(
    (workspace) => sql`
      select artifact.id, artifact.created, ${CONTENT} from orion.artifact as artifact
      where artifact.workspace_id = ${workspace} and ${artifactMatches(asked.artifacts)} and ${makersMatch(asked)}
      order by ${ORDER[asked.sort]} limit ${asked.limit} offset ${asked.offset}`,
    { access: "replica" },
  );
}

export async function countArtifacts(database: WorkspaceExecutor, asked: ArtifactSelection<ArtifactFilter>): Promise<number> {
  const [row] = await database.compose<{ count: number }>(
    (workspace) => sql`
      select count(*) as count from orion.artifact as artifact
      where artifact.workspace_id = ${workspace} and ${artifactMatches(asked.artifacts)} and ${makersMatch(asked)}`,
    { access: "replica" },
  );
  return row?.count ?? 0;
}

export function listCollections(
  database: WorkspaceExecutor,
  asked: ArtifactPage<ArtifactCollectionFilter>,
): Promise<StoredCollection[]> {
  return database.compose<StoredCollection>(
    (workspace) => sql`
      select collection.id, collection.created, collection.latest_id, ${CONTENT} from ${COLLECTIONS}
      where collection.workspace_id = ${workspace} and ${collectionMatches(asked.artifacts)} and ${makersMatch(asked)}
      order by ${COLLECTION_ORDER[asked.sort]} limit ${asked.limit} offset ${asked.offset}`,
    { access: "replica" },
  );
}

export async function countCollections(
  database: WorkspaceExecutor,
  asked: ArtifactSelection<ArtifactCollectionFilter>,
): Promise<number> {
  const [row] = await database.compose<{ count: number }>(
    (workspace) => sql`
      select count(*) as count from ${COLLECTIONS}
      where collection.workspace_id = ${workspace} and ${collectionMatches(asked.artifacts)} and ${makersMatch(asked)}`,
    { access: "replica" },
  );
  return row?.count ?? 0;
}
