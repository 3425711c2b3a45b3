import { relative, resolve } from "node:path";
import { type ClusterTarget, openCluster } from "@praetor/secrets/cluster";
import { readSet, type SecretSet, SetBuilder } from "@praetor/secrets/sets";
import { readVaultSet, type VaultKind, vaultOpener } from "@praetor/secrets/stores";
import { secretsContract } from "@praetor/topology";
import type { Given } from "../definition.ts";
import { CommandError } from "../exit.ts";
import type { Terminal } from "../terminal.ts";

/** Where a set is. */
export type Place =
  | { readonly kind: "files"; readonly paths: readonly string[] }
  | { readonly kind: "cluster"; readonly target: ClusterTarget }
  | { readonly kind: VaultKind; readonly path: string };

/** A path as it was typed, from the current folder; `-` stays what it is. */
export const pathIn = ({ folder }: Terminal, path: string): string => (path === "-" ? path : resolve(folder, path));

/** A path as people know it: from the folder that they are in, if it is below that. */
export function shownPath({ folder }: Terminal, path: string): string {
  const shown = relative(folder, path);
  return shown.startsWith("..") ? path : shown;
}

export function clusterTarget({ options }: Given, namespace = options["--namespace"]): ClusterTarget {
  const { "--context": context, "--kubeconfig": kubeconfig } = options;
  return {
    ...(namespace !== undefined && { namespace }),
    ...(context !== undefined && { context }),
    ...(kubeconfig !== undefined && { kubeconfig }),
  };
}

/**
 * What was typed as a place: `cluster`, `cluster:NAMESPACE`, `vault:PATH`, `openbao:PATH`, or the path of a file or folder. A
 * file of such a name is meant by `./cluster`.
 */
export function placeOf(terminal: Terminal, given: Given, text: string): Place {
  const [, kind, rest] = /^(cluster|vault|openbao)(?::(.+))?$/.exec(text) ?? [];
  if (kind === "cluster") return { kind, target: clusterTarget(given, rest ?? given.options["--namespace"]) };
  if ((kind === "vault" || kind === "openbao") && rest !== undefined) return { kind, path: rest.replace(/\/+$/, "") };
  if (kind !== undefined) throw new CommandError(`${kind}: names no path.`, `Write ${kind}:secret/prefect.`, "usage");
  return { kind: "files", paths: [pathIn(terminal, text)] };
}

/** The one place that a command was given, by `--from` or as what follows it; undefined when it was given none. */
export function placeGiven(terminal: Terminal, given: Given): Place | undefined {
  const { "--from": from } = given.options;
  if (from !== undefined && given.operands.length > 0) {
    throw new CommandError("Both --from and a file are named.", "Name one of them.", "usage");
  }
  if (from !== undefined) return placeOf(terminal, given, from);
  const places = given.operands.map((operand) => placeOf(terminal, given, operand));
  const [first] = places;
  if (first === undefined || places.length === 1) return first;
  const paths = places.flatMap((place) => (place.kind === "files" ? place.paths : []));
  if (paths.length === places.length) return { kind: "files", paths };
  throw new CommandError("A cluster or a store is a set of its own.", "Name it alone.", "usage");
}

/** Reads the set of a place, which may be empty only in a cluster or store. */
export async function setAt({ environment }: Terminal, place: Place): Promise<SecretSet> {
  const contract = secretsContract("praetor");
  if (place.kind === "files") return readSet(place.paths);
  if (place.kind !== "cluster") return readVaultSet(vaultOpener(environment)(place.kind), place.path, contract);
  const cluster = await openCluster(place.target, environment);
  return (await cluster.readSecrets([...new Set(contract.entries.map(({ object }) => object))])).set;
}

/**
 * The set that a command was told to read.
 *
 * @throws CommandError when none was named, or none is there
 */
export async function setGiven(terminal: Terminal, given: Given): Promise<SecretSet> {
  const place = placeGiven(terminal, given);
  if (place === undefined) {
    throw new CommandError(
      "Which set? None is named.",
      "Name files or a folder, `-` for standard input, or --from cluster.",
      "usage",
    );
  }
  const set = await setAt(terminal, place);
  if (set.objects.size > 0 || set.faults.length > 0) return set;
  const where =
    place.kind === "cluster" ? `the namespace ${place.target.namespace ?? "of kubectl's configuration"}` : placeText(place);
  const remedy =
    place.kind === "cluster"
      ? "Name its namespace with --namespace, or make them: `praetor secrets apply`."
      : "Correct the path, or put them there: `praetor secrets push`.";
  throw new CommandError(`No Secret of the contract is in ${where}.`, remedy);
}

/** The set that exists, for commands that go on without one. */
export async function existingGiven(terminal: Terminal, given: Given): Promise<SecretSet> {
  const place = placeGiven(terminal, given);
  return place === undefined ? new SetBuilder().build() : setAt(terminal, place);
}

export const placeText = (place: Exclude<Place, { kind: "cluster" }>): string =>
  place.kind === "files" ? place.paths.join(", ") : `${place.kind}:${place.path}`;
