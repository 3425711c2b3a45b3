import { ClusterError, openCluster, type Workload } from "@praetor/secrets/cluster";
import type { KeyReader } from "@praetor/secrets/sets";
import type { Given } from "../definition.ts";
import type { Terminal } from "../terminal.ts";
import { placeGiven } from "./place.ts";

/** The workloads of the cluster that a command was told to read; undefined when it was told to read something else. */
export async function workloadsGiven(terminal: Terminal, given: Given): Promise<readonly Workload[] | undefined> {
  const place = placeGiven(terminal, given);
  if (place?.kind !== "cluster") return undefined;
  try {
    return await (await openCluster(place.target, terminal.environment)).workloads();
  } catch (error) {
    // Who may read the Secrets need not be allowed to see the workloads.
    if (!(error instanceof ClusterError) || error.code !== "cluster_forbidden") throw error;
    terminal.error(`${error.message} Who reads which key is told as the contract has it.`);
    return undefined;
  }
}

/** A workload for people; a star marks one that must be restarted to see a new value. */
export const readerText = ({ kind, name, needsRestart }: KeyReader): string =>
  `${kind.toLowerCase()}/${name}${needsRestart ? "*" : ""}`;
