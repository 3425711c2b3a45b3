import { ApiError, type KubernetesApi } from "../kubernetes-api.ts";
import type { DataObject, KubernetesObject, Pod, Source, Variable } from "./objects.ts";

/** A Pod that runs here, with what the runner knows of it. */
export interface PlacedPod {
  readonly pod: Pod;
  readonly address: string;
  readonly hostAddress: string;
}

/** The path of an object beside another one. */
export function beside({ metadata }: KubernetesObject, kind: string, name: string): string {
  return `/api/v1/namespaces/${metadata.namespace}/${kind}/${name}`;
}

type Data = Readonly<Record<string, Buffer>>;

/** A Secret's or ConfigMap's data; nothing for an absent one that the reference calls optional. */
export async function dataOf(api: KubernetesApi, pod: Pod, kind: "secrets" | "configmaps", source: Source): Promise<Data> {
  try {
    const { data = {} } = await api.get<DataObject>(beside(pod, kind, source.name ?? source.secretName ?? ""));
    const encoding = kind === "secrets" ? "base64" : "utf8";
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, encoding)]));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404 && source.optional) return {};
    throw error;
  }
}

/** The value of a field of the downward API. */
export function fieldOf({ pod, address, hostAddress }: PlacedPod, path: string): string {
  const entry = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (entry?.[1] === "labels") return pod.metadata.labels?.[entry[2] ?? ""] ?? "";
  if (entry) return pod.metadata.annotations?.[entry[2] ?? ""] ?? "";
  const fields: Readonly<Record<string, string | undefined>> = {
    "metadata.name": pod.metadata.name,
    "metadata.namespace": pod.metadata.namespace,
    "metadata.uid": pod.metadata.uid,
    "spec.serviceAccountName": pod.spec.serviceAccountName,
    "status.podIP": address,
    "status.hostIP": hostAddress,
  };
  return fields[path] ?? "";
}

export type Environment = Readonly<Record<string, string>>;

/** Replaces `$(NAME)` by what the environment has, and `$$` by `$`. */
export function expand(text: string, environment: Environment): string {
  return text.replace(/\$(\$|\((\w+)\))/g, (all, first: string, name: string) =>
    first === "$" ? "$" : (environment[name] ?? all),
  );
}

/** The environment that a container's manifest gives it. */
export async function environmentOf(
  api: KubernetesApi,
  placed: PlacedPod,
  { env = [], envFrom = [] }: Pick<Pod["spec"]["containers"][number], "env" | "envFrom">,
): Promise<Environment> {
  const environment: Record<string, string> = {};
  for (const { prefix = "", secretRef, configMapRef } of envFrom) {
    const data = await dataOf(api, placed.pod, secretRef ? "secrets" : "configmaps", secretRef ?? configMapRef ?? {});
    for (const [key, value] of Object.entries(data)) environment[prefix + key] = value.toString();
  }
  for (const variable of env) {
    const value = await valueOf(api, placed, variable, environment);
    if (value !== undefined) environment[variable.name] = value;
  }
  return environment;
}

async function valueOf(api: KubernetesApi, placed: PlacedPod, variable: Variable, before: Environment) {
  const { value = "", valueFrom: from } = variable;
  if (from === undefined) return expand(value, before);
  if (from.fieldRef) return fieldOf(placed, from.fieldRef.fieldPath);
  const reference = from.secretKeyRef ?? from.configMapKeyRef;
  if (reference === undefined) return "0";
  const data = await dataOf(api, placed.pod, from.secretKeyRef ? "secrets" : "configmaps", reference);
  const found = data[reference.key];
  if (found === undefined && !reference.optional) throw new Error(`couldn't find key ${reference.key} in ${reference.name}`);
  return found?.toString();
}
