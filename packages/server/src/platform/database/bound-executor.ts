import type { SystemExecutor, WorkspaceExecutor } from "./executor.ts";
import { Fragment } from "./sql.ts";
import {
  bindsWorkspace,
  type Statement,
  type StatementOptions,
  type SystemStatement,
  type WorkspaceStatement,
} from "./statement.ts";
import { StatementNames } from "./statement-names.ts";
import { encodeParameters } from "./values.ts";
import type { Query } from "./connections/session.ts";

/** Where and how a query may run. */
export type Routing = Required<StatementOptions>;

/** Runs one query somewhere: on a shared connection, or on the connection of a transaction. */
export type Run = (query: Query, routing: Routing, workspaceId?: string) => Promise<unknown[]>;

/** Composed SQL comes mostly from filters, whose cost nobody knows beforehand. */
const composedRouting: Routing = { access: "primary", alone: true };

/** Runs statements of one workspace by way of `run`. */
export class BoundWorkspaceExecutor implements WorkspaceExecutor {
  readonly workspaceId: string;
  readonly #runHere: Run;
  readonly #names: StatementNames;

  constructor(workspaceId: string, run: Run, names: StatementNames) {
    this.workspaceId = workspaceId;
    this.#runHere = (query, routing) => run(query, routing, workspaceId);
    this.#names = names;
  }

  all<P extends readonly unknown[], R>(statement: WorkspaceStatement<P, R>, ...params: P): Promise<R[]> {
    return runStatement<R>(this.#runHere, statement, [this.workspaceId, ...params]);
  }

  async first<P extends readonly unknown[], R>(statement: WorkspaceStatement<P, R>, ...params: P): Promise<R | undefined> {
    return (await this.all(statement, ...params))[0];
  }

  async compose<R>(build: (workspaceId: Fragment) => Fragment, options?: StatementOptions): Promise<R[]> {
    // Rendered first, the workspace is $1 like everywhere else.
    const workspaceId = Fragment.parameter(this.workspaceId);
    const { text, values } = build(workspaceId).render(workspaceId);
    if (!bindsWorkspace(text)) throw new Error("A composed statement does not bind workspace_id to the workspace.");
    return runComposed<R>(this.#runHere, this.#names, { text, values }, options);
  }
}

/** Runs statements that serve all workspaces by way of `run`. */
export class BoundSystemExecutor implements SystemExecutor {
  readonly #run: Run;
  readonly #names: StatementNames;

  constructor(run: Run, names: StatementNames) {
    this.#run = run;
    this.#names = names;
  }

  all<P extends readonly unknown[], R>(statement: SystemStatement<P, R>, ...params: P): Promise<R[]> {
    return runStatement<R>(this.#run, statement, params);
  }

  async first<P extends readonly unknown[], R>(statement: SystemStatement<P, R>, ...params: P): Promise<R | undefined> {
    return (await this.all(statement, ...params))[0];
  }

  async compose<R>(build: () => Fragment, options?: StatementOptions): Promise<R[]> {
    return runComposed<R>(this.#run, this.#names, build().render(), options);
  }

  workspace(id: string): WorkspaceExecutor {
    return new BoundWorkspaceExecutor(id, this.#run, this.#names);
  }
}

type Declared = Pick<Statement<readonly [], unknown>, "name" | "text" | "access" | "alone">;

/** The row type is what the statement was declared with; only the database could check it. */
async function runStatement<R>(run: Run, statement: Declared, params: readonly unknown[]): Promise<R[]> {
  const { name, text } = statement;
  return (await run({ name, text, values: encodeParameters(params) }, statement)) as R[];
}

async function runComposed<R>(
  run: Run,
  names: StatementNames,
  { text, values }: { readonly text: string; readonly values: readonly unknown[] },
  options?: StatementOptions,
): Promise<R[]> {
  const query = { name: names.nameOf(text), text, values: encodeParameters(values) };
  return (await run(query, { ...composedRouting, ...options })) as R[];
}
