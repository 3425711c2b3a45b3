import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { KubernetesApi } from "../kubernetes-api.ts";
import type { Images, Provider } from "./images.ts";
import type { Pod, ProviderClass, VolumeSource } from "./objects.ts";
import { beside, dataOf, fieldOf, type PlacedPod } from "./references.ts";

type Files = Readonly<Record<string, string | Buffer>>;

export interface VolumeMaker {
  readonly api: KubernetesApi;
  readonly images: Images;
  /** Where claims live, which outlast their Pods. */
  readonly claims: string;
}

/** The files of a Pod's volumes on this machine, by the volume's name. */
export async function makeVolumes(maker: VolumeMaker, placed: PlacedPod, home: string): Promise<ReadonlyMap<string, string>> {
  const volumes = placed.pod.spec.volumes ?? [];
  const made = volumes.map(async ({ name, ...source }): Promise<[string, string]> => {
    const claim = source.persistentVolumeClaim?.claimName;
    const path = claim ? join(maker.claims, placed.pod.metadata.namespace, claim) : join(home, "volumes", name);
    mkdirSync(path, { recursive: true });
    for (const [file, content] of Object.entries(await filesOf(maker, placed, source))) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), content);
    }
    chmodSync(path, source.emptyDir || claim ? 0o1777 : 0o755);
    return [name, path];
  });
  return new Map(await Promise.all(made));
}

async function filesOf(maker: VolumeMaker, placed: PlacedPod, source: VolumeSource): Promise<Files> {
  const { api } = maker;
  const { pod } = placed;
  if (source.secret) return picked(await dataOf(api, pod, "secrets", source.secret), source.secret);
  if (source.configMap) return picked(await dataOf(api, pod, "configmaps", source.configMap), source.configMap);
  if (source.serviceAccountToken) return token(api, pod, source.serviceAccountToken);
  if (source.csi) return providedFiles(maker, pod, source.csi);
  if (source.downwardAPI) {
    return Object.fromEntries(source.downwardAPI.items.map(({ path, fieldRef }) => [path, fieldOf(placed, fieldRef.fieldPath)]));
  }
  if (source.projected) {
    const parts = await Promise.all(source.projected.sources.map((part) => filesOf(maker, placed, part)));
    return Object.assign({}, ...parts) as Files;
  }
  return {};
}

/** As a kubelet does, a volume with a key that is not there is not mounted at all. */
function picked(data: Files, { items, optional, name, secretName }: NonNullable<VolumeSource["secret"]>): Files {
  if (items === undefined) return data;
  const there = items.filter(({ key }) => data[key] !== undefined);
  if (there.length < items.length && !optional) throw new Error(`${name ?? secretName} lacks a key that a volume asks for`);
  return Object.fromEntries(there.map(({ key, path }) => [path, data[key] ?? ""]));
}

async function token(
  api: KubernetesApi,
  pod: Pod,
  { audience, expirationSeconds, path }: NonNullable<VolumeSource["serviceAccountToken"]>,
): Promise<Files> {
  const spec = { expirationSeconds, audiences: audience ? [audience] : [] };
  const account = beside(pod, "serviceaccounts", pod.spec.serviceAccountName ?? "default");
  const answer = await api.post<{ status: { token: string } }>(`${account}/token`, { spec });
  return { [path]: answer.status.token };
}

/** Mounts a SecretProviderClass through its provider, and keeps the Secrets that its `secretObjects` ask for. */
async function providedFiles(
  { api, images }: VolumeMaker,
  pod: Pod,
  { driver, volumeAttributes }: NonNullable<VolumeSource["csi"]>,
): Promise<Files> {
  const { namespace } = pod.metadata;
  const name = volumeAttributes?.["secretProviderClass"];
  const classes = `/apis/secrets-store.csi.x-k8s.io/v1/namespaces/${namespace}/secretproviderclasses`;
  const providerClass = await api.get<ProviderClass>(`${classes}/${name}`);
  const place = images.providers[driver];
  if (place === undefined) throw new Error(`no provider serves ${driver}`);
  const { provide } = (await import(place)) as Provider;
  const files = await provide(providerClass);
  for (const { secretName, type, labels, data } of providerClass.spec.secretObjects ?? []) {
    const stringData = Object.fromEntries(data.map(({ key, objectName }) => [key, files[objectName]]));
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: secretName, labels }, type, stringData };
    await api.patch(`${beside(pod, "secrets", secretName)}?fieldManager=csi&force=true`, secret, "application/apply-patch+yaml");
  }
  return files;
}
