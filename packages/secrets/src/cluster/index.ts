export { ClusterError, type ClusterProblem, type FieldConflict } from "./cluster-error.ts";
export type { ClusterSecret, ClusterSecrets, FieldOwner } from "./cluster-secret.ts";
export { type ApplyOptions, type Cluster, fieldOwnerName, KubectlCluster, openCluster, type SecretManifest } from "./cluster.ts";
export { type JobOptions, type JobResult, runJob } from "./job.ts";
export { type ClusterTarget, Kubectl, type KubectlInput } from "./kubectl.ts";
export { canRoll, type Reading, readersOf, type Workload, type WorkloadKind } from "./workload.ts";
