import type { TextRows } from "@praetor/wire";
import type { Fragment } from "./sql.ts";
import type { StatementOptions, SystemStatement, WorkspaceStatement } from "./statement.ts";

/** Runs statements of one workspace. */
export interface WorkspaceExecutor {
  readonly workspaceId: string;
  /** All rows. */
  all<P extends readonly unknown[], R>(statement: WorkspaceStatement<P, R>, ...params: P): Promise<R[]>;
  /** The first row, if there is one. */
  first<P extends readonly unknown[], R>(statement: WorkspaceStatement<P, R>, ...params: P): Promise<R | undefined>;
  /**
   * All rows of SQL that varies (filters), prepared under a name made from its text. The composed text must bind
   * `workspace_id = ${workspaceId}`. It runs on a connection of its own unless the options say otherwise.
   */
  compose<R>(build: (workspaceId: Fragment) => Fragment, options?: StatementOptions): Promise<R[]>;
  /** The same for long lists that are only written: no row becomes an object. */
  composeTexts<R>(build: (workspaceId: Fragment) => Fragment, options?: StatementOptions): Promise<TextRows<R>>;
}

/** Outside a transaction each statement commits by itself. */
export interface WorkspaceDatabase extends WorkspaceExecutor {
  /** Runs `work` in one transaction; a rejection rolls it back. `work` must use `tx` for every statement. */
  transaction<T>(work: (tx: WorkspaceExecutor) => Promise<T>): Promise<T>;
}

/** Runs statements that serve all workspaces. */
export interface SystemExecutor {
  all<P extends readonly unknown[], R>(statement: SystemStatement<P, R>, ...params: P): Promise<R[]>;
  first<P extends readonly unknown[], R>(statement: SystemStatement<P, R>, ...params: P): Promise<R | undefined>;
  compose<R>(build: () => Fragment, options?: StatementOptions): Promise<R[]>;
  /** The same connection or transaction, bound to one workspace. */
  workspace(id: string): WorkspaceExecutor;
}

export interface SystemDatabase extends SystemExecutor {
  transaction<T>(work: (tx: SystemExecutor) => Promise<T>): Promise<T>;
}

/**
 * One logical database. All its promises reject with `DatabaseUnavailable`, `IntegrityViolation` or
 * `ClientDataError` where one of those fits, else with the driver's error.
 */
export interface Database {
  workspace(id: string): WorkspaceDatabase;
  readonly system: SystemDatabase;
  /** Lets running statements end, then closes every connection. */
  close(): Promise<void>;
}

/** The three logical databases; one cluster, one database or three may serve them. */
export interface Databases {
  readonly orion: Database;
  readonly events: Database;
  readonly nebula: Database;
}
