import type { ConnectionString } from "@praetor/secrets";
import { BoundSystemExecutor, BoundWorkspaceExecutor, type Routing, type Run } from "./bound-executor.ts";
import { Connector } from "./connections/connector.ts";
import type { Database, Databases, SystemDatabase, SystemExecutor, WorkspaceDatabase, WorkspaceExecutor } from "./executor.ts";
import { isDeadlock, isReplicaTrouble } from "./failures.ts";
import { type Guard, replayedUpTo, sendGuarded } from "./connections/guard.ts";
import { Pipeline } from "./connections/pipeline.ts";
import { Pool } from "./connections/pool.ts";
import type { Answer, Query } from "./connections/session.ts";
import { mayWrite, OwnWrites } from "./own-writes.ts";
import { StatementNames } from "./statement-names.ts";
import { inTransaction } from "./transaction.ts";
import { columnTypes } from "./values.ts";

/** What a database tells about itself; prometheus listens elsewhere. */
export interface DatabaseObserver {
  /** A transaction or a statement that runs alone waited so long for its connection. */
  waited(seconds: number): void;
  /** PostgreSQL undid a statement because it and another waited for each other: two writers took locks in two orders. */
  deadlocked?(): void;
}

export interface DatabaseOptions {
  readonly connection: ConnectionString;
  /**
   * Where statements of access `replica` go while it answers, is a standby still, and has all that this process wrote
   * of the workspace; else the primary serves them.
   */
  readonly replica?: ConnectionString;
  readonly applicationName?: string;
  /** Longest run of one statement, 10 by default. */
  readonly statementTimeoutSeconds?: number;
  /** Longest wait for a connection, 5 by default. */
  readonly connectTimeoutSeconds?: number;
  /** Connections that single statements share, 4 by default. */
  readonly sharedConnections?: number;
  /** Connections for transactions and statements that run alone, 8 by default. */
  readonly ownConnections?: number;
  readonly observer?: DatabaseObserver;
}

/** A server that is silent for so much longer than it lets any statement run is gone. */
const graceSeconds = 5;

/** Statements under way on the shared connections of one database, before callers are told to come back. */
const maximumPending = 10_000;

/** Opens nothing yet: the first statement connects. @throws DatabaseConfigurationError */
export function openDatabase(options: DatabaseOptions): Database {
  return new PooledDatabase(options);
}

class Server {
  readonly pipeline: Pipeline;
  readonly pool: Pool;

  constructor(connection: ConnectionString, options: DatabaseOptions) {
    const statementTimeoutSeconds = options.statementTimeoutSeconds ?? 10;
    const connectTimeoutSeconds = options.connectTimeoutSeconds ?? 5;
    const applicationName = options.applicationName ?? "praetor";
    const timeouts = { statementTimeoutSeconds, connectTimeoutSeconds };
    const session = { connection, applicationName, ...timeouts, types: columnTypes };
    const silenceSeconds = statementTimeoutSeconds === 0 ? 0 : statementTimeoutSeconds + graceSeconds;
    this.pipeline = new Pipeline({
      connector: new Connector({ ...session, planning: "keys" }),
      connections: options.sharedConnections ?? 4,
      maximumPending,
      silenceSeconds,
    });
    this.pool = new Pool({
      connector: new Connector(session),
      connections: options.ownConnections ?? 8,
      waitSeconds: connectTimeoutSeconds,
      silenceSeconds,
      waited: (seconds) => options.observer?.waited(seconds),
    });
  }

  run(query: Query, alone: boolean, guard?: Guard): Promise<Answer> {
    return alone ? this.pool.use((session) => sendGuarded(session, query, guard)) : this.pipeline.send(query, guard);
  }

  async close(): Promise<void> {
    await Promise.all([this.pipeline.close(), this.pool.close()]);
  }
}

class PooledDatabase implements Database {
  readonly system: SystemDatabase;
  readonly #primary: Server;
  readonly #replica: Server | undefined;
  readonly #names = new StatementNames();
  readonly #writes = new OwnWrites(() => this.#endOfLog());
  readonly #observer: DatabaseObserver | undefined;
  readonly #run: Run = (query, routing, workspaceId) => this.#watched(() => this.#route(query, routing, workspaceId));

  constructor(options: DatabaseOptions) {
    this.#observer = options.observer;
    this.#primary = new Server(options.connection, options);
    this.#replica = options.replica === undefined ? undefined : new Server(options.replica, options);
    this.system = new PooledSystemDatabase(this.#run, this.#names, this.#beginFor(undefined));
  }

  workspace(id: string): WorkspaceDatabase {
    return new PooledWorkspaceDatabase(id, this.#run, this.#names, this.#beginFor(id));
  }

  async #route(query: Query, { access, alone }: Routing, workspaceId: string | undefined): Promise<Answer> {
    if (this.#replica === undefined) return this.#primary.run(query, alone);
    if (access === "primary") return this.#runOnPrimary(query, alone, workspaceId);
    const position = this.#writes.positionFor(workspaceId);
    if (position === undefined) return this.#primary.run(query, alone);
    try {
      return await this.#replica.run(query, alone, replayedUpTo(position));
    } catch (error) {
      if (!isReplicaTrouble(error)) throw error;
      return this.#primary.run(query, alone);
    }
  }

  async #runOnPrimary(query: Query, alone: boolean, workspaceId: string | undefined): Promise<Answer> {
    try {
      return await this.#primary.run(query, alone);
    } finally {
      if (mayWrite(query.text)) this.#writes.note(workspaceId);
    }
  }

  #beginFor(workspaceId: string | undefined): Begin {
    return async (work) => {
      try {
        return await this.#watched(() => this.#primary.pool.use((session) => inTransaction(session, work)));
      } finally {
        this.#writes.note(workspaceId);
      }
    };
  }

  /** Tells of the deadlocks among the failures of `work`. */
  async #watched<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isDeadlock(error)) this.#observer?.deadlocked?.();
      throw error;
    }
  }

  async #endOfLog(): Promise<number> {
    const [row] = (await this.#primary.run(endOfLog, false)).rows;
    // The statement yields one row of this form.
    return (row as { readonly position: number }).position;
  }

  async close(): Promise<void> {
    await Promise.all([this.#primary.close(), this.#replica?.close()]);
  }
}

/** A commit is in the log before it is acknowledged, so that what ended before this is asked for lies before its answer. */
const endOfLog: Query = {
  name: "praetor.end_of_log",
  text: "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::int8 as position",
  values: [],
};

type Begin = <T>(work: (run: Run) => Promise<T>) => Promise<T>;

class PooledWorkspaceDatabase extends BoundWorkspaceExecutor implements WorkspaceDatabase {
  readonly #names: StatementNames;
  readonly #begin: Begin;

  constructor(workspaceId: string, run: Run, names: StatementNames, begin: Begin) {
    super(workspaceId, run, names);
    this.#names = names;
    this.#begin = begin;
  }

  transaction<T>(work: (tx: WorkspaceExecutor) => Promise<T>): Promise<T> {
    return this.#begin((run) => work(new BoundWorkspaceExecutor(this.workspaceId, run, this.#names)));
  }
}

class PooledSystemDatabase extends BoundSystemExecutor implements SystemDatabase {
  readonly #names: StatementNames;
  readonly #begin: Begin;

  constructor(run: Run, names: StatementNames, begin: Begin) {
    super(run, names);
    this.#names = names;
    this.#begin = begin;
  }

  transaction<T>(work: (tx: SystemExecutor) => Promise<T>): Promise<T> {
    return this.#begin((run) => work(new BoundSystemExecutor(run, this.#names)));
  }
}

/** The same database for all three, or one each. */
export function openDatabases(options: DatabaseOptions | Readonly<Record<keyof Databases, DatabaseOptions>>): Databases & {
  close(): Promise<void>;
} {
  if ("connection" in options) {
    const database = openDatabase(options);
    return { orion: database, events: database, nebula: database, close: () => database.close() };
  }
  const [orion, events, nebula] = [openDatabase(options.orion), openDatabase(options.events), openDatabase(options.nebula)];
  const close = async () => void (await Promise.all([orion.close(), events.close(), nebula.close()]));
  return { orion, events, nebula, close };
}
