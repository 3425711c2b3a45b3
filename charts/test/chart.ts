/** What the tests of the chart share: its folder, files of values, and the Secrets of an installation as the library reads them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, type Finding, readManifests, SetBuilder } from "@praetor/secrets/sets";
import { type ContractName, secretsContract } from "@praetor/topology";
import { onTestFinished } from "vitest";

export const chart = join(import.meta.dirname, "../praetor");

/** A folder that goes when the test ends. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "praetor-chart-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** What JSON leaves as it is and YAML does not take. */
const escaped = (text: string): string =>
  text.replace(/[\u007f-\u009f\ufeff\ufffe\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A file of values, since everybody on a machine can see command lines; but for a few characters, JSON is YAML. */
export function valuesFile(values: object): string {
  const path = join(testFolder(), "values.json");
  writeFileSync(path, escaped(JSON.stringify(values)), { mode: 0o600 });
  return path;
}

/** What `praetor secrets check` says of manifests. */
export function checked(manifests: string, contract: ContractName = "praetor"): Finding[] {
  const builder = new SetBuilder();
  readManifests(manifests, "manifests", builder);
  return check(builder.build(), secretsContract(contract));
}
