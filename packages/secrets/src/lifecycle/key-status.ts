import type { Contract } from "@praetor/topology";
import { canRoll, readersOf, type Workload } from "../cluster/workload.ts";
import { entryOf, type SecretSet } from "../set/secret-set.ts";

/** One key: whether it is there, and who reads it. */
export interface KeyStatus {
  readonly object: string;
  readonly key: string;
  /** `empty` is right for what an installation does not use. */
  readonly value: "present" | "empty" | "missing";
  /** The services and jobs that the key is for. */
  readonly readers: readonly string[];
  /** The workloads of the cluster that read it; undefined where no cluster was asked. */
  readonly workloads: readonly KeyReader[] | undefined;
}

/** A workload that reads a key. */
export interface KeyReader extends Pick<Workload, "kind" | "name"> {
  /** Whether its pods must be restarted to see a new value. */
  readonly needsRestart: boolean;
}

/** Every key of the contract as it is in a set, and in the cluster whose workloads are given. */
export function keyStatusOf(set: SecretSet, { entries }: Contract, workloads?: readonly Workload[]): KeyStatus[] {
  return entries.map(({ object, key, readers }) => {
    const value = entryOf(set, object, key)?.value.reveal();
    return {
      object,
      key,
      value: value === undefined ? "missing" : value === "" ? "empty" : "present",
      readers,
      workloads: workloads && readersOf(workloads, object, key).map((workload) => keyReader(workload, object, key)),
    };
  });
}

function keyReader(workload: Workload, object: string, key: string): KeyReader {
  const { kind, name, readings } = workload;
  const inEnvironment = readings.some(
    (reading) => reading.by === "environment" && reading.object === object && (reading.key === null || reading.key === key),
  );
  return { kind, name, needsRestart: inEnvironment && canRoll(workload) };
}

/** The keys in Prometheus's text format: whether each is there. */
export function keyMetrics(keys: readonly KeyStatus[]): string {
  const name = "praetor_secret_key_missing";
  const samples = keys.map(({ object, key, value }) => `${name}{secret="${object}",key="${key}"} ${Number(value === "missing")}`);
  return [`# HELP ${name} Whether a key of the contract is not there.`, `# TYPE ${name} gauge`, ...samples, ""].join("\n");
}
