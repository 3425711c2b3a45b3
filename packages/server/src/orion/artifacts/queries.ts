import type { Artifact, JsonText } from "@praetor/wire";
import { Fragment, sql, type WorkspaceExecutor, workspaceStatement } from "../../platform/database/index.ts";

const COLUMNS = "id, created, updated, key, type, description, data, metadata_, flow_run_id, task_run_id";

/** Metadata is kept as the JSON that was sent; its values are texts. */
export interface StoredArtifact extends Omit<Artifact, "metadata_"> {
  readonly metadata_: JsonText | null;
}

/**
 * Stores an artifact and, where it has a key, makes it the latest of its key. The events name the collection by the id
 * given for a new one; where there is a collection already, its own id takes that place.
 */
export const insertArtifact = workspaceStatement<
  [
    id: string,
    key: string | null,
    type: string | null,
    description: string | null,
    data: JsonText | null,
    metadata: JsonText | null,
    flowRunId: string | null,
    taskRunId: string | null,
    collectionId: string,
    eventId: string,
    created: string,
    updated: string,
  ],
  StoredArtifact
>(
  "artifact.insert",
  `with made as (
    insert into orion.artifact (workspace_id, id, key, type, description, data, metadata_, flow_run_id, task_run_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    returning ${COLUMNS}
  ), collected as (
    insert into orion.artifact_collection (workspace_id, id, key, latest_id)
    select $1, $10, key, id from made where key is not null
    on conflict (workspace_id, key) do update set latest_id = excluded.latest_id, updated = now()
    returning id, id = $10 as inserted
  ), announced as (
    insert into orion.outbox (workspace_id, id, event)
    select $1, $11, case when inserted then $12::json else replace($13, $10::text, id::text)::json end from collected
  )
  select ${COLUMNS} from made`,
);

export const readArtifact = workspaceStatement<[id: string], StoredArtifact>(
  "artifact.read",
  `select ${COLUMNS} from orion.artifact where workspace_id = $1 and id = $2`,
);

const LATEST = `select artifact.* from orion.artifact_collection collection
  join orion.artifact on artifact.workspace_id = collection.workspace_id and artifact.id = collection.latest_id
  where collection.workspace_id = $1 and collection.key = $2`;

export const readLatestArtifact = workspaceStatement<[key: string], StoredArtifact>(
  "artifact.read-latest",
  `select ${COLUMNS} from (${LATEST}) latest`,
);

/** What of an artifact can change. */
export type ArtifactChange = Pick<StoredArtifact, "data" | "description" | "metadata_">;

const ASSIGNMENTS = {
  data: (value: unknown) => sql`data = ${value}`,
  description: (value: unknown) => sql`description = ${value}`,
  metadata_: (value: unknown) => sql`metadata_ = ${value}`,
} as const satisfies Record<keyof ArtifactChange, (value: unknown) => Fragment>;

/** Sets the columns that were sent; answers whether the artifact is there. */
export async function updateArtifact(database: WorkspaceExecutor, id: string, sent: Partial<ArtifactChange>): Promise<boolean> {
  const assignments = Object.entries(ASSIGNMENTS).flatMap(([key, assign]) =>
    key in sent ? [assign(sent[key as keyof ArtifactChange])] : [],
  );
  const rows = await database.compose(
    (workspace) => sql`
      update orion.artifact set ${Fragment.join([...assignments, sql`updated = now()`], ", ")}
      where workspace_id = ${workspace} and id = ${id}
      returning id`,
  );
  return rows.length > 0;
}

export const deleteArtifact = workspaceStatement<[id: string], StoredArtifact>(
  "artifact.delete",
  `delete from orion.artifact where workspace_id = $1 and id = $2 returning ${COLUMNS}`,
);

/** The collection that has this artifact as its latest, locked: nobody can add to it meanwhile. */
export const lockCollection = workspaceStatement<[latestId: string], { id: string }>(
  "artifact.lock-collection",
  "select id from orion.artifact_collection where workspace_id = $1 and latest_id = $2 for update",
);

export const readNewestOfKey = workspaceStatement<[key: string], StoredArtifact>(
  "artifact.read-newest-of-key",
  `select ${COLUMNS} from orion.artifact where workspace_id = $1 and key = $2 order by created desc, id desc limit 1`,
);

export const repointCollection = workspaceStatement<[id: string, latestId: string, eventId: string, event: string], unknown>(
  "artifact.repoint-collection",
  `with announced as (
    insert into orion.outbox (workspace_id, id, event) values ($1, $4, $5)
  )
  update orion.artifact_collection as collection set latest_id = $3, created = heir.created, updated = now()
  from orion.artifact as heir
  where collection.workspace_id = $1 and collection.id = $2 and heir.workspace_id = $1 and heir.id = $3`,
);

export const deleteCollection = workspaceStatement<[id: string, eventId: string, event: string], unknown>(
  "artifact.delete-collection",
  `with announced as (
    insert into orion.outbox (workspace_id, id, event) values ($1, $3, $4)
  )
  delete from orion.artifact_collection where workspace_id = $1 and id = $2`,
);
