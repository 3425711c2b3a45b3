/** Helm without a cluster: what it renders, and what it has to say when it does not. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { helmFolder } from "../../scripts/kubernetes/executables.ts";
import { chart, valuesFile } from "./chart.ts";

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Runs a command with this standard input, in an environment without a cluster. */
export function runWith(command: string, args: readonly string[], input = ""): Promise<Finished> {
  const home = mkdtempSync(join(tmpdir(), "praetor-helm-"));
  const child = spawn(command, args, { env: { HOME: home, PATH: process.env["PATH"] } });
  let [out, error] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (error += text));
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (code) => {
      rmSync(home, { recursive: true, force: true });
      resolve({ code, out, error });
    });
  });
}

/** Runs Helm on the chart, `verb` being `lint` or `template` with its options. */
export function helm(verb: readonly string[], values: object): Promise<Finished> {
  const [name = "", ...options] = verb;
  const place = name === "template" ? ["praetor", chart] : [chart];
  return runWith(join(helmFolder(), "helm"), [name, ...place, "--namespace", "prod", "--values", valuesFile(values), ...options]);
}

/** The manifests that the chart renders, as text. */
export async function rendered(values: object): Promise<string> {
  const { code, out, error } = await helm(["template"], values);
  if (code !== 0) throw new Error(error);
  return out;
}

export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: unknown;
}

/** The objects of manifests, hooks included. */
export function objectsOf(manifests: string): Manifest[] {
  return parseAllDocuments(manifests).flatMap((document) => {
    const object = document.toJS() as Manifest | null;
    return object === null ? [] : [object];
  });
}

export const isHook = ({ metadata }: Manifest): boolean => metadata.annotations?.["helm.sh/hook"] !== undefined;
