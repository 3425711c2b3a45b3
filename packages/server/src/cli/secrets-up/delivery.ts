import { existsSync } from "node:fs";
import { applyChanges, prepareApply } from "@praetor/secrets/apply";
import { type Cluster, type ClusterSecrets, openCluster } from "@praetor/secrets/cluster";
import { readSet, renderKubernetes, type SecretSet, writePrivateFile } from "@praetor/secrets/sets";
import { secretsContract } from "@praetor/topology";
import type { Given } from "../definition.ts";
import { CommandError } from "../exit.ts";
import type { Stated } from "../secrets/input.ts";
import { clusterTarget, pathIn, placeOf, shownPath } from "../secrets/place.ts";
import { refuseHeld } from "../secrets-apply/refuse.ts";
import { datesOf } from "../secrets-render/forms.ts";
import type { Terminal } from "../terminal.ts";

/** Where the set goes: what is there already, and how it gets there. */
export interface Delivery {
  readonly existing: SecretSet | undefined;
  /** Answers what was done, for people. */
  readonly deliver: (set: SecretSet, stated: Stated) => Promise<string>;
}

/** The file or cluster that `--to` names; `set.yaml` beside the facts unless it names one. */
export async function deliveryFor(terminal: Terminal, given: Given): Promise<Delivery> {
  const to = given.options["--to"] ?? "set.yaml";
  const place = placeOf(terminal, given, to);
  if (place.kind === "cluster") return toCluster(terminal, await openCluster(place.target, terminal.environment));
  if (place.kind === "files") return toFile(terminal, pathIn(terminal, to), given);
  throw new CommandError("--to: a store is filled by `praetor secrets push`.", "Name a file, or `cluster`.", "usage");
}

function toFile(terminal: Terminal, path: string, given: Given): Delivery {
  const existing = existsSync(path) ? readSet([path]) : undefined;
  const { namespace } = clusterTarget(given);
  return {
    existing,
    deliver: async (set, { facts }) => {
      const dates = datesOf(facts, new Date(), existing);
      await writePrivateFile(path, renderKubernetes(set, { ...(namespace !== undefined && { namespace }), ...dates }));
      return `${keysOf(set)} keys of ${set.objects.size} Secrets in ${shownPath(terminal, path)}, which only you may read`;
    },
  };
}

const keysOf = ({ objects }: SecretSet): number => [...objects.values()].reduce((sum, { entries }) => sum + entries.size, 0);

async function toCluster(terminal: Terminal, cluster: Cluster): Promise<Delivery> {
  const names = [...new Set(secretsContract("praetor").entries.map(({ object }) => object))];
  const existing: ClusterSecrets = await cluster.readSecrets(names);
  return {
    existing: existing.set,
    deliver: async (set, { facts, passwords }) => {
      const changes = prepareApply({ facts, passwords, existing, now: new Date(), force: false });
      refuseHeld(terminal, changes);
      const applied = await applyChanges(cluster, changes, { dryRun: false, force: false });
      const changed = applied.filter(({ action }) => action !== "kept").length;
      return `${keysOf(set)} keys of ${set.objects.size} Secrets in the namespace ${cluster.namespace}, ${changed} of them applied`;
    },
  };
}
