import { openCluster, runJob } from "@praetor/secrets/cluster";
import { secretsContract } from "@praetor/topology";
import { endpointsDocument } from "../../platform/doctor/index.ts";
import type { Given } from "../definition.ts";
import { CommandError, type Outcome } from "../exit.ts";
import { endpointsFor } from "../secrets/endpoints.ts";
import { failingSeverities } from "../secrets/fail-on.ts";
import { contractFor } from "../secrets/input.ts";
import { clusterTarget } from "../secrets/place.ts";
import type { Terminal } from "../terminal.ts";

const secretsPath = "/etc/praetor/secrets";
const filesFolder = "/etc/praetor/files";
const seconds = 180;

/** Runs the examination as a Job, so that names, networks and Secrets are those that the services have. */
export async function examineInCluster(terminal: Terminal, given: Given): Promise<Outcome> {
  const { "--image": image, "--image-pull-secret": pullSecret, "--junit": junit } = given.options;
  if (image === undefined) {
    throw new CommandError("--in-cluster needs --image.", "Name the image of Praetor that the cluster can pull.", "usage");
  }
  if (junit !== undefined)
    throw new CommandError("--junit is written here, and not from a Job.", "Take --json instead.", "usage");
  const failOn = failingSeverities(given)[0] ?? "";
  // Read before anything is made, so that a slip is told at once.
  const endpoints = JSON.stringify(endpointsDocument(endpointsFor(terminal, given)));
  const cluster = await openCluster(clusterTarget(given), terminal.environment);
  const names = [...new Set(secretsContract("praetor").entries.map(({ object }) => object))];
  const { set } = await cluster.readSecrets(names);
  const contract = contractFor(given, set).name;
  const options = ["--contract", contract, "--endpoints", `${filesFolder}/endpoints.yaml`, "--fail-on", failOn];
  const words = ["secrets", "doctor", secretsPath, ...options];
  const { exitCode, log } = await runJob(cluster.kubectl, {
    name: "praetor-secrets-doctor",
    image,
    arguments: given.flags.has("--json") ? [...words, "--json"] : words,
    secrets: { path: secretsPath, names },
    files: { folder: filesFolder, texts: { "endpoints.yaml": endpoints } },
    ...(pullSecret !== undefined && { imagePullSecrets: [pullSecret] }),
    seconds,
    onProgress: (what) => terminal.error(`The Job in ${cluster.namespace}: ${what}`),
  });
  terminal.out(log.trimEnd());
  if (exitCode === 0) return "success";
  if (exitCode === 2) return "findings";
  throw new CommandError(`The Job ended with ${exitCode}.`, "What it printed is above.");
}
