import type { ClusterSecret } from "../cluster/cluster-secret.ts";

/** Somebody else who makes a Secret, and would make it again after any change that is not his own. */
export interface Holder {
  readonly name: string;
  /** Where to change it instead. */
  readonly remedy: string;
}

type Detector = (secret: ClusterSecret) => Holder | undefined;

const madeBy =
  (kind: string, remedy: string): Detector =>
  ({ madeBy: makers }) => {
    const maker = makers.find((each) => each.kind === kind);
    return maker && { name: `${kind} ${maker.name}`, remedy };
  };

const committed = "Commit the set to where it takes it from: `praetor secrets render sealed` and `render sops` encrypt it.";
const stored = "Change it in the store; `praetor secrets push` writes the set to Vault or OpenBao.";

/** The most telling first: what Argo CD or Flux deliver is often a chart or a sealed Secret of their own. */
const detectors: readonly Detector[] = [
  madeBy("ExternalSecret", stored),
  madeBy("SealedSecret", "Seal the set anew: `praetor secrets render sealed`."),
  ({ labels, owners }) =>
    labels["secrets-store.csi.k8s.io/managed"] === "true" || owners.some(({ name }) => name.startsWith("secrets-store-csi"))
      ? { name: "the Secrets Store CSI driver", remedy: stored }
      : undefined,
  ({ annotations, labels, owners }) => {
    const application = annotations["argocd.argoproj.io/tracking-id"]?.split(":")[0] ?? labels["argocd.argoproj.io/instance"];
    if (application === undefined && !owners.some(({ name }) => name.startsWith("argocd"))) return undefined;
    return { name: ["Argo CD", application].filter(Boolean).join(" application "), remedy: committed };
  },
  ({ labels }) => {
    const kustomization = labels["kustomize.toolkit.fluxcd.io/name"];
    const release = labels["helm.toolkit.fluxcd.io/name"];
    if (kustomization !== undefined) return { name: `Flux Kustomization ${kustomization}`, remedy: committed };
    return release === undefined ? undefined : { name: `Flux HelmRelease ${release}`, remedy: committed };
  },
  ({ annotations, labels, owners }) => {
    const release = annotations["meta.helm.sh/release-name"];
    const isHelm = labels["app.kubernetes.io/managed-by"] === "Helm" || owners.some(({ name }) => name === "helm");
    if (release === undefined && !isHelm) return undefined;
    const remedy = "Give the values to the chart: `praetor secrets render values` writes them.";
    return { name: ["Helm", release].filter(Boolean).join(" release "), remedy };
  },
  ({ madeBy: [maker] }) => maker && { name: `${maker.kind} ${maker.name}`, remedy: "Change it where its maker takes it from." },
];

/** Who makes a Secret, if its marks say that somebody does. */
export function holderOf(secret: ClusterSecret): Holder | undefined {
  for (const detect of detectors) {
    const holder = detect(secret);
    if (holder !== undefined) return holder;
  }
  return undefined;
}
