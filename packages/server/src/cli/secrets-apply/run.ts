import { type Applied, applyChanges, type ObjectChange, prepareApply, type Refusal } from "@praetor/secrets/apply";
import { type Cluster, type ClusterSecrets, openCluster } from "@praetor/secrets/cluster";
import { secretsContract } from "@praetor/topology";
import type { Given } from "../definition.ts";
import { CommandError } from "../exit.ts";
import { explained } from "../secrets/failures.ts";
import { factsFor, statedFor } from "../secrets/input.ts";
import { clusterTarget } from "../secrets/place.ts";
import type { Terminal } from "../terminal.ts";
import { type Restart, restartsFor, restartText } from "./restarts.ts";

/** `praetor secrets apply` */
export const run = explained(async (terminal, given) => {
  // Facts that cannot be read are told before a cluster is asked for anything.
  const { contract } = factsFor(terminal, given);
  const cluster = await openCluster(clusterTarget(given), terminal.environment);
  const names = new Set(secretsContract(contract).entries.map(({ object }) => object));
  const existing = await cluster.readSecrets([...names]);
  const changes = await prepare(terminal, given, existing);
  refuse(terminal, changes);
  const dryRun = given.flags.has("--dry-run");
  const asJson = given.flags.has("--json");
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

/** One that is refused stops all: values depend on each other, and half of them would fit neither the old nor the new. */
function refuse(terminal: Terminal, changes: readonly ObjectChange[]): void {
  const refusals = changes.flatMap((change) => change.refusals);
  if (refusals.length === 0) return;
  for (const refusal of refusals) terminal.error(`${refusalText(refusal)}\n  ${refusal.remedy}`);
  throw new CommandError(
    "Others hold what would have to change; nothing was applied.",
    "`praetor secrets plan --from cluster` shows every key that is not as the facts say.",
  );
}

const refusalText = ({ object, key, owner }: Refusal): string =>
  `refused  ${object}${key === null ? "" : `/${key}`} is held by ${owner}.`;

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
