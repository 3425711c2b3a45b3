import type { TextRows } from "@praetor/wire";
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
import type { Answer, Query } from "./connections/session.ts";

/** Where and how a query may run. */
export type Routing = Required<StatementOptions>;

/** Runs one query somewhere: on a shared connection, or on the connection of a transaction. */
export type Run = (query: Query, routing: Routing, workspaceId?: string) => Promise<Answer>;

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
    return rowsOf<R>(await this.#composed(build, false, options));
  }

  async composeTexts<R>(build: (workspaceId: Fragment) => Fragment, options?: StatementOptions): Promise<TextRows<R>> {
    const { rows, columns } = await this.#composed(build, true, options);
    return { columns, rows: rows as TextRows<R>["rows"] };
  }

  async #composed(build: (workspaceId: Fragment) => Fragment, asTexts: boolean, options?: StatementOptions): Promise<Answer> {
    // Rendered first, the workspace is $1 like everywhere else.
    const workspaceId = Fragment.parameter(this.workspaceId);
    const { text, values } = build(workspaceId).render(workspaceId);
    if (!bindsWorkspace(text)) throw new Error("A composed statement does not bind workspace_id to the workspace.");
    return runComposed(this.#runHere, this.#names, { text, values, asTexts }, options);
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
    return rowsOf<R>(await runComposed(this.#run, this.#names, build().render(), options));
  }

  workspace(id: string): WorkspaceExecutor {
    return new BoundWorkspaceExecutor(id, this.#run, this.#names);
  }
}

type Declared = Pick<Statement<readonly [], unknown>, "name" | "text" | "access" | "alone">;

/** The row type is what the statement was declared with; only the database could check it. */
const rowsOf = <R>({ rows }: Answer) => rows as R[];

async function runStatement<R>(run: Run, statement: Declared, params: readonly unknown[]): Promise<R[]> {
  const { name, text } = statement;
  return rowsOf<R>(await run({ name, text, values: encodeParameters(params) }, statement));
}

async function runComposed(
  run: Run,
  names: StatementNames,
  { text, values, asTexts = false }: { readonly text: string; readonly values: readonly unknown[]; readonly asTexts?: boolean },
  options?: StatementOptions,
): Promise<Answer> {
  const query = { name: names.nameOf(text), text, values: encodeParameters(values), asTexts };
  return run(query, { ...composedRouting, ...options });
}
