import type { Applied } from "@praetor/secrets/apply";
import { canRoll, type Cluster, ClusterError, readersOf, type Workload } from "@praetor/secrets/cluster";

/** A workload that goes on with the old value of some keys until its pods are new. */
export interface Restart extends Pick<Workload, "kind" | "name"> {
  /** `Secret/key`. */
  readonly keys: readonly string[];
}

/** Who must be restarted for what was changed: whoever reads it from the environment, which a container does once. */
export async function restartsFor(cluster: Cluster, applied: readonly Applied[]): Promise<Restart[]> {
  const changed = applied.flatMap(({ object, action, keys }) =>
    action === "changed" ? keys.map(({ key }) => ({ object, key })) : [],
  );
  if (changed.length === 0) return [];
  const workloads = await workloadsOf(cluster);
  return workloads.filter(canRoll).flatMap((workload) => {
    const { kind, name, readings } = workload;
    const inEnvironment = [{ ...workload, readings: readings.filter(({ by }) => by === "environment") }];
    const keys = changed
      .filter(({ object, key }) => readersOf(inEnvironment, object, key).length > 0)
      .map(({ object, key }) => `${object}/${key}`);
    return keys.length === 0 ? [] : [{ kind, name, keys }];
  });
}

/** Who may write Secrets need not be allowed to see workloads. */
async function workloadsOf(cluster: Cluster): Promise<readonly Workload[]> {
  try {
    return await cluster.workloads();
  } catch (error) {
    if (error instanceof ClusterError && error.code === "cluster_forbidden") return [];
    throw error;
  }
}

/** What to type, for people. */
export function restartText(restarts: readonly Restart[], namespace: string): string[] {
  if (restarts.length === 0) return [];
  const names = restarts.map(({ kind, name }) => `${kind.toLowerCase()}/${name}`);
  return [
    "These go on with the old values until they are restarted:",
    `  kubectl rollout restart -n ${namespace} ${names.join(" ")}`,
  ];
}
