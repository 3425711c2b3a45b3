import type { Fields } from "./fields.ts";

/** Kinds whose pods read Secrets; those that can be rolled restart theirs on demand. */
export type WorkloadKind = "Deployment" | "StatefulSet" | "DaemonSet" | "CronJob" | "Job";

/** A key that a workload reads; null for all keys of the Secret. */
export interface Reading {
  readonly object: string;
  readonly key: string | null;
  /** `environment` is read once, when a container starts; `files` follow a change. */
  readonly by: "environment" | "files";
}

export interface Workload {
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly readings: readonly Reading[];
}

const rolled: readonly WorkloadKind[] = ["Deployment", "StatefulSet", "DaemonSet"];

/** Whether its pods stay, so that they must be restarted to see a new value. Jobs read what is there when they start. */
export const canRoll = ({ kind }: Pick<Workload, "kind">): boolean => rolled.includes(kind);

const kinds: readonly string[] = [...rolled, "CronJob", "Job"] satisfies WorkloadKind[];
const isKind = (kind: string): kind is WorkloadKind => kinds.includes(kind);

/** The workloads among the objects of a cluster that read any Secret. A Job that a CronJob made is that CronJob's. */
export function workloadsFrom(objects: readonly Fields[]): Workload[] {
  return objects.flatMap((object) => {
    const kind = object.text("kind") ?? "";
    const metadata = object.at("metadata");
    const made = metadata.list("ownerReferences").some((owner) => owner.text("kind") === "CronJob");
    if (!isKind(kind) || made) return [];
    const template = kind === "CronJob" ? object.at("spec", "jobTemplate", "spec", "template") : object.at("spec", "template");
    const readings = readingsOf(template.at("spec"));
    return readings.length === 0 ? [] : [{ kind, name: metadata.text("name") ?? "", readings }];
  });
}

function readingsOf(pod: Fields): Reading[] {
  const containers = [...pod.list("initContainers"), ...pod.list("containers")];
  const readings = [...containers.flatMap(environmentReadings), ...pod.list("volumes").flatMap(volumeReadings)];
  const distinct = new Map(readings.map((reading) => [`${reading.object}/${reading.key}/${reading.by}`, reading]));
  return [...distinct.values()];
}

function environmentReadings(container: Fields): Reading[] {
  const by = "environment" as const;
  const single = container.list("env").flatMap((variable) => {
    const reference = variable.at("valueFrom", "secretKeyRef");
    const [object, key] = [reference.text("name"), reference.text("key")];
    return object === undefined || key === undefined ? [] : [{ object, key, by }];
  });
  const whole = container.list("envFrom").flatMap((source) => {
    const object = source.at("secretRef").text("name");
    return object === undefined ? [] : [{ object, key: null, by }];
  });
  return [...single, ...whole];
}

function volumeReadings(volume: Fields): Reading[] {
  const secret = volume.at("secret");
  const projected = volume
    .at("projected")
    .list("sources")
    .map((source) => source.at("secret"));
  return [...filesOf(secret, secret.text("secretName")), ...projected.flatMap((each) => filesOf(each, each.text("name")))];
}

function filesOf(secret: Fields, object: string | undefined): Reading[] {
  if (object === undefined) return [];
  const items = secret.list("items").flatMap((item) => item.text("key") ?? []);
  const by = "files" as const;
  return items.length === 0 ? [{ object, key: null, by }] : items.map((key) => ({ object, key, by }));
}

/** The workloads that read a key, by whatever way. */
export function readersOf(workloads: readonly Workload[], object: string, key: string): Workload[] {
  return workloads.filter(({ readings }) =>
    readings.some((reading) => reading.object === object && (reading.key === null || reading.key === key)),
  );
}
