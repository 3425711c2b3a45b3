type Schema = Readonly<Record<string, unknown>>;

/** One variable of a job: its name for people, what it is for, and its type. */
export const variable = (title: string, description: string, schema: Schema): Schema => ({ title, description, ...schema });

export const TEXT = { type: "string" };
export const NUMBER = { type: "number" };
export const INTEGER = { type: "integer" };
export const FLAG = { type: "boolean" };
export const TEXTS = { type: "array", items: TEXT };
export const TEXT_MAP = { type: "object", additionalProperties: TEXT };
export const withDefault = (schema: Schema, value: unknown): Schema => ({ ...schema, default: value });
export const oneOf = (...words: readonly string[]): Schema => ({ type: "string", enum: words });

/** A block by its reference, or written out. */
export const block = (name: string): Schema => ({ allOf: [{ $ref: `#/definitions/${name}` }] });

/** What each kind of worker knows of a run. */
export const COMMON = {
  name: variable("Name", "The name of what the worker starts for a run.", TEXT),
  env: variable("Environment Variables", "Variables of the environment of a run.", TEXT_MAP),
  labels: variable("Labels", "Labels of what the worker starts for a run.", TEXT_MAP),
  command: variable("Command", "The command that starts a run; empty for the usual one.", TEXT),
};

export const OUTPUT = variable("Stream Output", "Whether the worker's own output shows that of its runs.", FLAG);
export const START_TIMEOUT = "Seconds to wait for a run's task to start before it counts as failed.";
export const POLL_INTERVAL = "Seconds between two looks at a run's task.";

/** The variable of that name, filled in from a run's job variables. */
export const filled = (name: string): string => `{{ ${name} }}`;

/** Each variable under its own name. */
export const placeholders = (...names: readonly string[]): Schema =>
  Object.fromEntries(names.map((name) => [name, filled(name)]));

/** The placeholders that every job has. */
export const COMMON_PLACEHOLDERS = placeholders("command", "env", "labels", "name");

export interface WorkerKind {
  readonly type: string;
  readonly display_name: string;
  readonly description: string;
  readonly package: string;
  readonly job: Schema;
  readonly variables: Schema;
  readonly required?: readonly string[];
  readonly definitions?: Schema;
}

/** The kind of worker as a view shows it. */
export function shown(kind: WorkerKind): Schema {
  const { type, display_name, description, required, definitions } = kind;
  return {
    type,
    display_name,
    description,
    documentation_url: null,
    logo_url: null,
    install_command: `pip install ${kind.package}`,
    is_beta: false,
    default_base_job_configuration: {
      job_configuration: kind.job,
      variables: {
        type: "object",
        properties: kind.variables,
        ...(required && { required }),
        ...(definitions && { definitions }),
      },
    },
  };
}
