import { spawn } from "node:child_process";
import type { Secret } from "../secret.ts";
import { ClusterError } from "./cluster-error.ts";
import { explainKubectl } from "./kubectl-errors.ts";

/** Which cluster and namespace are meant; what is not said, `kubectl` takes from its own configuration. */
export interface ClusterTarget {
  readonly namespace?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
}

export interface KubectlInput {
  /** Goes to its standard input: never into its arguments, which every user of the machine can read. */
  readonly input?: string;
  /** What of it must not come back in an error. */
  readonly secrets?: readonly Secret[];
  /** For commands that watch: how long a request may take, in seconds; 20 unless given, 0 for as long as it takes. */
  readonly requestSeconds?: number;
}

/** The `kubectl` of the machine, which knows every way of logging in to a cluster, from inside it too. */
export class Kubectl {
  readonly #target: ClusterTarget;
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(target: ClusterTarget, environment: Readonly<Record<string, string | undefined>>) {
    this.#target = target;
    this.#environment = environment;
  }

  /**
   * Runs it and answers what it printed, which may hold secrets.
   *
   * @throws ClusterError, whose message holds none
   */
  async run(words: readonly string[], { input = "", secrets = [], requestSeconds = 20 }: KubectlInput = {}): Promise<string> {
    const { namespace, context, kubeconfig } = this.#target;
    const options = Object.entries({ namespace, context, kubeconfig, "request-timeout": `${requestSeconds}s` });
    const given = options.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
    const { code, out, error } = await this.#spawn([...words, ...given], input).catch((failure: unknown) => {
      throw unstartable(failure);
    });
    if (code !== 0) throw explainKubectl(error, secrets);
    return out;
  }

  #spawn(words: readonly string[], input: string): Promise<{ code: number | null; out: string; error: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn("kubectl", words, { env: { ...this.#environment }, stdio: ["pipe", "pipe", "pipe"] });
      const [out, error]: [Buffer[], Buffer[]] = [[], []];
      child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => error.push(chunk));
      // It may end before it has read everything; its exit code says why.
      child.stdin.on("error", () => {});
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, out: textOf(out), error: textOf(error) }));
      child.stdin.end(input);
    });
  }
}

const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString("utf8");

function unstartable(failure: unknown): ClusterError {
  const code = failure instanceof Error && "code" in failure ? String(failure.code) : "unknown";
  const missing = code === "ENOENT";
  return new ClusterError(
    "kubectl_missing",
    missing ? "kubectl is not installed, or not on the PATH." : `kubectl cannot be started (${code}).`,
    "Install it (https://kubernetes.io/docs/tasks/tools/), then try `kubectl get secrets`.",
  );
}
