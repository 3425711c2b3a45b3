import { join } from "node:path";
import { type ContractEntry, secretsContract } from "@praetor/topology";
import { applyChanges } from "../apply/apply.ts";
import { type ObjectChange, prepareValues } from "../apply/prepare.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { canRoll, readersOf } from "../cluster/workload.ts";
import { placeName } from "../facts/facts.ts";
import { Secret } from "../secret.ts";
import type { Annotations, NewValue } from "../set/rewrite.ts";
import { type SecretSet, SetBuilder } from "../set/secret-set.ts";
import type { Keeper } from "./keeper.ts";
import { RotationError } from "./rotation-error.ts";

export interface ClusterKeeperOptions {
  readonly cluster: Cluster;
  /** The folder of the journal, which holds no secret. */
  readonly folder: string;
  /** Takes over what others hold. */
  readonly force: boolean;
  readonly progress: (line: string) => void;
}

/** Where the old values wait, as private as the others. */
const previousName = (target: string): string => `praetor-rotation-${target.toLowerCase()}`;

/** A set in a cluster. Whoever reads it is rolled, one workload after another, and waited for. */
export function clusterKeeper({ cluster, folder, force, progress }: ClusterKeeperOptions): Keeper {
  const names = [...new Set(secretsContract("praetor").entries.map(({ object }) => object))];
  return {
    where: `namespace ${cluster.namespace}`,
    journals: join(folder, `.praetor-${cluster.namespace}-`),
    read: async () => (await cluster.readSecrets(names)).set,
    write: async (values, annotations) => write(cluster, names, values, annotations, force),
    requireOurs: async (entries) => {
      const other = Secret.of("another value than any that is there");
      const values = entries.map(({ object, key }) => ({ object, key, value: other }));
      requireFree(prepareValues(await cluster.readSecrets(names), values, {}, force));
    },
    restart: (entries, seconds) => restart(cluster, entries, seconds, progress),
    keepPrevious: async (target, values) => {
      const kept = [...values.objects.values()].flatMap(({ entries }) => [...entries.values()]);
      await applyPrevious(
        cluster,
        previousName(target),
        new Map(kept.map(({ object, key, value }) => [`${object}.${key}`, value])),
      );
    },
    previous: (target) => previous(cluster, previousName(target)),
    forgetPrevious: (target) => cluster.remove(previousName(target)),
  };
}

/** Only one can make it: who comes second is refused, so that two rotations do not lose each other's old values. */
async function applyPrevious(cluster: Cluster, name: string, values: ReadonlyMap<string, Secret>): Promise<void> {
  const over = (await cluster.makeEmpty([name])).get(name);
  const labels = { "app.kubernetes.io/managed-by": "praetor" };
  const manifest = { name, type: "Opaque", labels, annotations: {}, values };
  await cluster.apply({ ...manifest, ...(over !== undefined && { over }) });
}

async function previous(cluster: Cluster, name: string): Promise<SecretSet | undefined> {
  const { set } = await cluster.readSecrets([name]);
  const entries = set.objects.get(name)?.entries;
  if (entries === undefined) return undefined;
  // Stopped between making it and filling it: it is made anew.
  if (entries.size === 0) {
    await cluster.remove(name);
    return undefined;
  }
  const builder = new SetBuilder();
  for (const { key: place, value } of entries.values()) {
    const [object = "", ...key] = place.split(".");
    builder.add({ object, key: key.join("."), value });
  }
  return builder.build();
}

async function write(
  cluster: Cluster,
  names: readonly string[],
  values: readonly NewValue[],
  annotations: Annotations,
  force: boolean,
): Promise<void> {
  const changes = prepareValues(await cluster.readSecrets(names), values, annotations, force);
  requireFree(changes);
  await applyChanges(cluster, changes, { dryRun: false, force });
}

function requireFree(changes: readonly ObjectChange[]): void {
  const [refusal] = changes.flatMap(({ refusals }) => refusals);
  if (refusal !== undefined) {
    const place = refusal.key === null ? refusal.object : placeName({ object: refusal.object, key: refusal.key });
    throw new RotationError("set_held", `${place} is held by ${refusal.owner}; nothing was delivered.`, refusal.remedy);
  }
}

async function restart(
  cluster: Cluster,
  entries: readonly ContractEntry[],
  seconds: number,
  progress: (line: string) => void,
): Promise<void> {
  const workloads = await cluster.workloads();
  const reading = workloads.filter(
    (workload) => canRoll(workload) && entries.some(({ object, key }) => readersOf([workload], object, key).length > 0),
  );
  const deadline = performance.now() + seconds * 1000;
  for (const workload of reading) await cluster.restart(workload);
  for (const [index, workload] of reading.entries()) {
    progress(`  rolling ${workload.kind.toLowerCase()}/${workload.name} (${index + 1} of ${reading.length})`);
    await cluster.awaitRollout(workload, Math.max(1, Math.ceil((deadline - performance.now()) / 1000)));
  }
}
