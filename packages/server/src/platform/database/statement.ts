/** Where a statement may run: a replica may lag a little behind the primary. */
export type Access = "primary" | "replica";

export interface StatementOptions {
  /** `replica` for reads that tolerate lag; they fall back to the primary. */
  readonly access?: Access;
  /**
   * Runs on a connection of its own instead of a shared, pipelined one. For what may take long or wait for a
   * lock: on a shared connection everything sent after it would wait too.
   */
  readonly alone?: boolean;
}

declare const rowsOf: unique symbol;

/** SQL with a name: prepared once per connection under that name. */
export interface Statement<P extends readonly unknown[], R> {
  readonly name: string;
  readonly text: string;
  readonly access: Access;
  readonly alone: boolean;
  /** Types only: parameters in, rows out. */
  readonly [rowsOf]?: (params: P) => R;
}

/** A statement bound to one workspace: `$1` is the workspace, which the executor supplies. */
export interface WorkspaceStatement<P extends readonly unknown[], R> extends Statement<P, R> {
  readonly scope: "workspace";
}

/** A statement that serves all workspaces, for loops and recorders. */
export interface SystemStatement<P extends readonly unknown[], R> extends Statement<P, R> {
  readonly scope: "system";
}

/**
 * Declares a statement of one workspace. Callers pass `$2` and up.
 *
 * @throws when the text does not bind `workspace_id` to `$1`, or the name is taken by another text.
 */
export function workspaceStatement<P extends readonly unknown[], R>(
  name: string,
  text: string,
  options: StatementOptions = {},
): WorkspaceStatement<P, R> {
  if (!bindsWorkspace(text)) throw new Error(`Statement ${name} does not bind workspace_id to $1.`);
  return { scope: "workspace", ...declare(name, text, options) };
}

/** Declares a statement that is bound to no workspace; its rows carry `workspace_id` where they belong to one. */
export function systemStatement<P extends readonly unknown[], R>(
  name: string,
  text: string,
  options: StatementOptions = {},
): SystemStatement<P, R> {
  return { scope: "system", ...declare(name, text, options) };
}

const bindings = [
  /\bworkspace_id\s*=\s*\$1(?!\d)/i,
  /\$1(::uuid)?\s+as\s+workspace_id\b/i,
  // An insert binds it by position: the first column, the first value.
  /\binsert\s+into\s+[\w.]+(\s+as\s+\w+)?\s*\(\s*workspace_id\b[^)]*\)\s*(values\s*\(|select)\s*\$1(?!\d)/i,
];

/** Whether the text ties `workspace_id` to its first parameter. */
export function bindsWorkspace(text: string): boolean {
  return bindings.some((binding) => binding.test(text));
}

/** PostgreSQL cuts longer names short, and two statements would become one. */
const longestName = 63;
const declared = new Map<string, string>();

function declare(name: string, text: string, { access = "primary", alone = false }: StatementOptions) {
  const known = declared.get(name);
  if (known !== undefined && known !== text) throw new Error(`Two statements are named ${name}.`);
  if (name.length > longestName) throw new Error(`Statement name ${name} is longer than ${longestName}.`);
  declared.set(name, text);
  return { name, text, access, alone };
}
