import { spawn } from "node:child_process";
import { cleaned } from "../cluster/cleaning.ts";
import { Fields } from "../cluster/fields.ts";
import type { Reference } from "../facts/reference.ts";
import { Secret } from "../secret.ts";
import { StoreError } from "./store-error.ts";
import type { Environment } from "./vault-settings.ts";

type CloudReference = Extract<Reference, { kind: "aws" | "azure" | "gcp" }>;

interface Tool {
  readonly command: string;
  readonly words: readonly string[];
  /** The secret in what the command printed; undefined when it is not there. */
  readonly read: (printed: string) => string | undefined;
  readonly remedy: string;
}

/** How each cloud's own command line is asked for a secret. Names go into its arguments, the secret comes by its output. */
export function toolFor(reference: CloudReference): Tool {
  switch (reference.kind) {
    case "aws":
      return {
        command: "aws",
        words: ["secretsmanager", "get-secret-value", "--secret-id", reference.secret, "--output", "json"],
        read: (printed) => fieldOf(awsText(json(printed)), reference.field),
        remedy: "Install the AWS CLI and log in with it; `aws sts get-caller-identity` shows as whom.",
      };
    case "azure":
      return {
        command: "az",
        words: ["keyvault", "secret", "show", "--vault-name", reference.vault, "--name", reference.secret, "--output", "json"],
        read: (printed) => json(printed).text("value"),
        remedy: "Install the Azure CLI and run `az login`.",
      };
    default:
      return {
        command: "gcloud",
        words: [
          "secrets",
          "versions",
          "access",
          reference.version,
          `--secret=${reference.secret}`,
          `--project=${reference.project}`,
        ],
        // Printed as it is, without a line break of its own.
        read: (printed) => printed,
        remedy: "Install the Google Cloud CLI and run `gcloud auth login`.",
      };
  }
}

function json(printed: string): Fields {
  try {
    return new Fields(JSON.parse(printed));
  } catch {
    return new Fields(undefined);
  }
}

const awsText = (answer: Fields): string | undefined =>
  answer.text("SecretString") ??
  (answer.has("SecretBinary") ? Buffer.from(answer.text("SecretBinary") ?? "", "base64").toString() : undefined);

/** Without a field the whole text is meant, which may be JSON for all we know. */
const fieldOf = (text: string | undefined, field: string | undefined): string | undefined =>
  text === undefined || field === undefined ? text : json(text).text(field);

/** Fetches a secret of a cloud by its command line, which knows how to log in. */
export async function readByCommandLine(reference: CloudReference, environment: Environment, place: string): Promise<Secret> {
  const tool = toolFor(reference);
  const { code, out, error } = await run(tool, environment);
  if (code !== 0) throw new StoreError("store_refused", `${place}: ${tool.command} failed: ${lineOf(error)}`, tool.remedy);
  const text = tool.read(out);
  if (text !== undefined) return Secret.of(text);
  throw new StoreError(
    "store_field_missing",
    `${place}: there is no such field or text.`,
    "Check the name of the field after the #.",
  );
}

const lineOf = (error: string): string => cleaned(error).replaceAll(/\s+/g, " ").trim().slice(0, 300) || "it says nothing.";

function run(
  { command, words, remedy }: Tool,
  environment: Environment,
): Promise<{ code: number | null; out: string; error: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { env: { ...environment }, stdio: ["ignore", "pipe", "pipe"] });
    const [out, error]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => error.push(chunk));
    child.on("error", () =>
      reject(new StoreError("store_tool_missing", `${command} is not installed, or not on the PATH.`, remedy)),
    );
    child.on("close", (code) => resolve({ code, out: Buffer.concat(out).toString(), error: Buffer.concat(error).toString() }));
  });
}
