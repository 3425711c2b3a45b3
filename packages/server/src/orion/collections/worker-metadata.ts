const property = (title: string, description: string, schema: object) => ({ title, description, ...schema });
const textMap = { type: "object", additionalProperties: { type: "string" } };

const PROCESS_VARIABLES = {
  name: property("Name", "The name of what the worker starts for a run.", { type: "string" }),
  env: property("Environment Variables", "Variables of the environment of a run.", textMap),
  labels: property("Labels", "Labels of what the worker starts for a run.", textMap),
  command: property("Command", "The command that starts a run; empty for the usual one.", { type: "string" }),
  stream_output: property("Stream Output", "Whether the worker's own output shows that of its runs.", {
    type: "boolean",
    default: true,
  }),
  working_dir: property("Working Directory", "The folder in which a run starts; a temporary one if empty.", {
    type: "string",
    format: "path",
  }),
};

/** Each variable under its own name, filled in from a run's job variables. */
const placeholders = (names: string[]) => Object.fromEntries(names.map((name) => [name, `{{ ${name} }}`]));

/** By package and type: what kinds of workers there are, and the base job template that a pool of the kind begins with. */
export const WORKER_METADATA = {
  prefect: {
    process: {
      type: "process",
      display_name: "Process",
      description: "Runs flows as processes of the machine that the worker is on. The simplest way to begin.",
      documentation_url: null,
      logo_url: null,
      install_command: "pip install prefect",
      is_beta: false,
      default_base_job_configuration: {
        job_configuration: placeholders(["command", "env", "labels", "name", "stream_output", "working_dir"]),
        variables: { type: "object", properties: PROCESS_VARIABLES },
      },
    },
  },
};
