import { type Databases, Fragment, type StatementOptions, type WorkspaceDatabase } from "../../src/platform/database/index.ts";

/** A query as it went to the database. */
export interface Recorded {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Shared connections plan by keys alone, and once. */
  readonly shared: boolean;
}

interface Declared {
  readonly text: string;
  readonly alone: boolean;
}

/** The same databases, which write down what the statements of workspaces are. */
export function recording(databases: Databases, seen: Recorded[]): Databases {
  const recordingDatabase = (database: Databases["orion"]): Databases["orion"] =>
    Object.create(database, {
      workspace: { value: (id: string) => recordingWorkspace(database.workspace(id), seen) },
      system: { get: () => database.system },
    }) as Databases["orion"];
  const { orion, events, nebula } = databases;
  return { orion: recordingDatabase(orion), events: recordingDatabase(events), nebula: recordingDatabase(nebula) };
}

function recordingWorkspace(real: WorkspaceDatabase, seen: Recorded[]): WorkspaceDatabase {
  const note = ({ text, alone }: Declared, values: readonly unknown[]) =>
    void seen.push({ text, values: [real.workspaceId, ...values], shared: !alone });
  const noteComposed = (build: (workspaceId: Fragment) => Fragment, { alone = true }: StatementOptions = {}) => {
    const workspaceId = Fragment.parameter(real.workspaceId);
    const { text, values } = build(workspaceId).render(workspaceId);
    seen.push({ text, values, shared: !alone });
  };
  return {
    workspaceId: real.workspaceId,
    all: (statement, ...params) => (note(statement, params), real.all(statement, ...params)),
    first: (statement, ...params) => (note(statement, params), real.first(statement, ...params)),
    compose: (build, options) => (noteComposed(build, options), real.compose(build, options)),
    composeTexts: (build, options) => (noteComposed(build, options), real.composeTexts(build, options)),
    transaction: (work) => real.transaction(work),
  };
}
