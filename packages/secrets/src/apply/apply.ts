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
  /** Told of each Secret as soon as it is done. */
  readonly onApplied?: (applied: Applied) => void;
}

const done = { create: "created", change: "changed", keep: "kept" } as const;

/**
 * Applies what was prepared, one Secret after another. Two that apply at once cannot mix their passwords: who comes second is
 * refused, since a Secret is made by one only, and changed only as it was read.
 *
 * @throws ClusterError; what was told before stays applied, and the next run goes on from there
 */
export async function applyChanges(cluster: Cluster, changes: readonly ObjectChange[], run: ApplyRun): Promise<Applied[]> {
  const { dryRun, force, onApplied = () => {} } = run;
  const missing = changes.filter(({ action }) => action === "create").map(({ object }) => object);
  const made = dryRun || missing.length === 0 ? new Map<string, string>() : await cluster.makeEmpty(missing);
  const all: Applied[] = [];
  for (const { object, action, keys, manifest } of changes) {
    const over = made.get(object);
    const answer = manifest && (await cluster.apply({ ...manifest, ...(over !== undefined && { over }) }, { dryRun, force }));
    const applied = { object, action: done[action], keys, resourceVersion: answer?.resourceVersion };
    all.push(applied);
    onApplied(applied);
  }
  return all;
}
