import type { Secret } from "../secret.ts";
import { cleaned } from "./cleaning.ts";
import { ClusterError, type ClusterProblem, type FieldConflict } from "./cluster-error.ts";

interface Known {
  readonly pattern: RegExp;
  readonly code: ClusterProblem;
  /** What went wrong, in our words; without, in those of the server. */
  readonly problem?: string | ((match: RegExpExecArray) => string);
  readonly remedy: string;
}

const known: readonly Known[] = [
  {
    pattern:
      /context .* does not exist|cannot locate context|no configuration has been provided|kubeconfig.*no such file|current-context is not set/i,
    code: "cluster_unconfigured",
    remedy: "Name the cluster: `kubectl config get-contexts` lists them; give --context or --kubeconfig, or set KUBECONFIG.",
  },
  {
    pattern: /must be logged in|Unauthorized|getting credentials/i,
    code: "cluster_login_refused",
    problem: "The cluster does not accept the login of this kubeconfig.",
    remedy: "Log in again as your cluster asks for it, then try `kubectl auth whoami`.",
  },
  {
    pattern: /\(Forbidden\)|is forbidden/i,
    code: "cluster_forbidden",
    remedy: "Ask for the right, or use a login that has it; `kubectl auth can-i --list` shows what yours may do.",
  },
  {
    pattern: /the object has been modified|AlreadyExists|already exists/i,
    code: "object_changed",
    problem: "Somebody else has made or changed a Secret meanwhile.",
    remedy: "Run it again: it goes on from what is there now.",
  },
  {
    pattern: /namespaces "([^"]*)" not found/i,
    code: "namespace_missing",
    problem: ([, name]) => `The cluster has no namespace ${name}.`,
    remedy: "Make it with `kubectl create namespace`, or name another with --namespace.",
  },
  {
    pattern:
      /connection to the server .* was refused|unable to connect|no such host|i\/o timeout|deadline exceeded|Client\.Timeout|connection refused|x509:|TLS handshake/i,
    code: "cluster_unreachable",
    remedy: "Check that `kubectl get namespaces` works from here: the address, the network, the certificate.",
  },
  {
    pattern: /timed out waiting|exceeded its progress deadline/i,
    code: "rollout_unfinished",
    remedy: "`kubectl describe` and `kubectl logs` of its pods say what they wait for.",
  },
];

/** What kubectl printed, as an error of ours; values that were sent to it are taken out. */
export function explainKubectl(printed: string, secrets: readonly Secret[] = []): ClusterError {
  const text = cleaned(withoutWarnings(printed), secrets);
  const conflicts = conflictsIn(text);
  if (conflicts.length > 0) return conflictError(conflicts);
  for (const { pattern, code, problem, remedy } of known) {
    const match = pattern.exec(text);
    if (match === null) continue;
    return new ClusterError(code, typeof problem === "function" ? problem(match) : (problem ?? sentence(text)), remedy);
  }
  return new ClusterError("cluster_refused", sentence(text), "The words are the cluster's own; `kubectl` said them.");
}

const withoutWarnings = (text: string): string =>
  text
    .split("\n")
    .filter((line) => !/^(Warning:|W\d{4} |I\d{4} |E\d{4} .*memcache)/.test(line))
    .join("\n");

/** The first lines, as one sentence of a length that a terminal shows. */
function sentence(text: string): string {
  const line = text
    .replace(/^(error|Error from server[^:]*): ?/i, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  const short = line.length > 400 ? `${line.slice(0, 400)}...` : line;
  return short === "" ? "kubectl failed without a word." : /[.!?]$/.test(short) ? short : `${short}.`;
}

/** `conflict with "helm" using v1: .data.work`, or one owner with a list of fields below. */
function conflictsIn(text: string): FieldConflict[] {
  const conflicts: FieldConflict[] = [];
  let owner: string | undefined;
  for (const line of text.split("\n")) {
    const named = /conflicts? with "([^"]+)"(?: with subresource "[^"]*")?(?: using [^:]*)?:\s*(\.\S+)?/.exec(line);
    if (named !== null) owner = named[1];
    const field = named === null ? /^\s*-?\s*(\.\S+)\s*$/.exec(line)?.[1] : named[2];
    if (owner !== undefined && field !== undefined) conflicts.push({ owner, field });
  }
  return conflicts;
}

function conflictError(conflicts: readonly FieldConflict[]): ClusterError {
  const held = Object.entries(Object.groupBy(conflicts, ({ owner }) => owner)).map(
    ([owner, fields = []]) => `${owner} holds ${fields.map(({ field }) => field.replace(/^\./, "")).join(", ")}`,
  );
  const remedy = "Change it where its owner takes it from, or take it over with --force-conflicts.";
  return new ClusterError("field_conflict", `${held.join("; ")}.`, remedy, conflicts);
}
