import type { Cluster } from "../cluster/cluster.ts";
import type { ObjectChange } from "./prepare.ts";

/** What became of one Secret. */
export interface Applied {
  readonly object: string;
  readonly action: "created" | "changed" | "kept";
  readonly keys: ObjectChange["keys"];
  /** Undefined for what was kept. */
  readonly resourceVersion: string | undefined;
}

export interface ApplyRun {
  readonly dryRun: boolean;
  readonly force: boolean;
  /** Told of each Secret as soon as it is done, in whatever order that is. */
  readonly onApplied?: (applied: Applied) => void;
}

const done = { create: "created", change: "changed", keep: "kept" } as const;

/**
 * Applies what was prepared, all Secrets side by side: logging in takes longer than applying. Two that apply at once cannot mix their passwords: who comes second is
 * refused, since a Secret is made by one only, and changed only as it was read.
 *
 * @throws ClusterError; what was told before stays applied, and the next run goes on from there
 */
export async function applyChanges(cluster: Cluster, changes: readonly ObjectChange[], run: ApplyRun): Promise<Applied[]> {
  const { dryRun, force, onApplied = () => {} } = run;
  const missing = changes.filter(({ action }) => action === "create").map(({ object }) => object);
  const made = dryRun || missing.length === 0 ? new Map<string, string>() : await cluster.makeEmpty(missing);
  const apply = async ({ object, action, keys, manifest }: ObjectChange): Promise<Applied> => {
    const over = made.get(object);
    const answer = manifest && (await cluster.apply({ ...manifest, ...(over !== undefined && { over }) }, { dryRun, force }));
    const applied = { object, action: done[action], keys, resourceVersion: answer?.resourceVersion };
    onApplied(applied);
    return applied;
  };
  // None is left behind half told: whoever hears of a failure has heard of everything that was done.
  const settled = await Promise.allSettled(changes.map(apply));
  return settled.map((each) => {
    if (each.status === "rejected") throw each.reason;
    return each.value;
  });
}
