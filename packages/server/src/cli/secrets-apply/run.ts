import { type Applied, applyChanges, type ObjectChange, prepareApply } from "@praetor/secrets/apply";
import { type Cluster, type ClusterSecrets, openCluster } from "@praetor/secrets/cluster";
import { secretsContract } from "@praetor/topology";
import type { Given } from "../definition.ts";
import { explained } from "../secrets/failures.ts";
import { factsFor, statedFor } from "../secrets/input.ts";
import { clusterTarget } from "../secrets/place.ts";
import type { Terminal } from "../terminal.ts";
import { refuseHeld } from "./refuse.ts";
import { type Restart, restartsFor, restartText } from "./restarts.ts";

/** `praetor secrets apply` */
export const run = explained(async (terminal, given) => {
  // Facts that cannot be read are told before a cluster is asked for anything.
  const { contract } = factsFor(terminal, given);
  const cluster = await openCluster(clusterTarget(given), terminal.environment);
  const names = new Set(secretsContract(contract).entries.map(({ object }) => object));
  const existing = await cluster.readSecrets([...names]);
  const changes = await prepare(terminal, given, existing);
  const asJson = given.flags.has("--json");
  refuseHeld(terminal, changes, asJson);
  const dryRun = given.flags.has("--dry-run");
  const onApplied = (applied: Applied) => {
    if (!asJson) terminal.out(line(applied, dryRun));
  };
  const applied = await applyChanges(cluster, changes, { dryRun, force: given.flags.has("--force-conflicts"), onApplied });
  const restarts = dryRun ? [] : await restartsFor(cluster, applied);
  if (asJson) terminal.out(JSON.stringify({ namespace: cluster.namespace, dryRun, objects: applied, restarts }, undefined, 2));
  else terminal.out(summary(cluster, applied, restarts, dryRun));
  return "success";
});

async function prepare(terminal: Terminal, given: Given, existing: ClusterSecrets): Promise<ObjectChange[]> {
  const { facts, passwords } = await statedFor(terminal, given, existing.set);
  return prepareApply({ facts, passwords, existing, now: new Date(), force: given.flags.has("--force-conflicts") });
}

/** More keys than these are counted. */
const mostNamed = 6;

function line({ object, action, keys }: Applied, dryRun: boolean): string {
  const word = dryRun && action !== "kept" ? `would be ${action}` : action;
  const names = keys.map(({ key }) => key);
  const what = action === "created" || names.length > mostNamed ? `${names.length} keys` : names.join(", ");
  return `${word.padEnd(dryRun ? 16 : 7)}  ${object}${what === "" ? "" : `  ${what}`}`;
}

function summary({ namespace }: Cluster, applied: readonly Applied[], restarts: readonly Restart[], dryRun: boolean): string {
  const changed = applied.filter(({ action }) => action !== "kept").length;
  if (changed === 0) return `Nothing to do: all ${applied.length} Secrets in ${namespace} are as the facts say.`;
  const done = `${changed} of ${applied.length} Secrets in ${namespace} ${dryRun ? "would be applied" : "applied"}.`;
  return [done, ...restartText(restarts, namespace)].join("\n");
}
