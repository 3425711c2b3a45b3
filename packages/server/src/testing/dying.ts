import type {
  Database,
  Databases,
  SystemDatabase,
  SystemExecutor,
  WorkspaceDatabase,
  WorkspaceExecutor,
} from "../platform/database/index.ts";

/** Databases of a process that is killed after so many statements. */
export interface Dying {
  readonly databases: Databases;
  /** Whether it lived to be killed. */
  readonly killed: () => boolean;
}

/** From the statement after `statements` on nothing gets through, and a transaction that is under way is rolled back. */
export function dieAfter(databases: Databases, statements: number): Dying {
  let left = statements;
  const live = async <T>(run: () => Promise<T>): Promise<T> => {
    left -= 1;
    if (left < 0) throw new Error("killed");
    return run();
  };
  return { databases: roundEachStatement(databases, live), killed: () => left < 0 };
}

/** The databases with something round each of their statements. */
export function roundEachStatement(databases: Databases, live: <T>(run: () => Promise<T>) => Promise<T>): Databases {
  const workspaceExecutor = <E extends WorkspaceExecutor>(own: E): WorkspaceExecutor => ({
    workspaceId: own.workspaceId,
    all: (...given) => live(() => own.all(...given)),
    first: (...given) => live(() => own.first(...given)),
    compose: (...given) => live(() => own.compose(...given)),
    composeTexts: (...given) => live(() => own.composeTexts(...given)),
  });
  const systemExecutor = (own: SystemExecutor): SystemExecutor => ({
    all: (...given) => live(() => own.all(...given)),
    first: (...given) => live(() => own.first(...given)),
    compose: (...given) => live(() => own.compose(...given)),
    workspace: (id) => workspaceExecutor(own.workspace(id)),
  });
  const workspaceDatabase = (own: WorkspaceDatabase): WorkspaceDatabase => ({
    ...workspaceExecutor(own),
    transaction: (work) => own.transaction((tx) => work(workspaceExecutor(tx))),
  });
  const systemDatabase = (own: SystemDatabase): SystemDatabase => ({
    ...systemExecutor(own),
    transaction: (work) => own.transaction((tx) => work(systemExecutor(tx))),
  });
  const database = (own: Database): Database => ({
    system: systemDatabase(own.system),
    workspace: (id) => workspaceDatabase(own.workspace(id)),
    close: () => own.close(),
  });
  const { orion, events, nebula } = databases;
  return { orion: database(orion), events: database(events), nebula: database(nebula) };
}
