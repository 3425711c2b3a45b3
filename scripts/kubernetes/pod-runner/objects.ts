/** The parts of Kubernetes' objects that the runner reads, as the API serves them. */
export interface Meta {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
}

export interface KubernetesObject {
  readonly metadata: Meta;
}

/** Names a Secret or a ConfigMap. */
export interface Source {
  readonly name?: string;
  readonly secretName?: string;
  readonly optional?: boolean;
  readonly items?: readonly { readonly key: string; readonly path: string }[];
}

interface KeyReference extends Source {
  readonly key: string;
}

export interface FieldReference {
  readonly fieldPath: string;
}

export interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly fieldRef?: FieldReference;
    readonly resourceFieldRef?: unknown;
    readonly secretKeyRef?: KeyReference;
    readonly configMapKeyRef?: KeyReference;
  };
}

export interface Probe {
  readonly httpGet?: {
    readonly path?: string;
    readonly port: string | number;
    readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
  };
  readonly tcpSocket?: { readonly port: string | number };
  readonly exec?: { readonly command: readonly string[] };
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
}

export interface SecurityContext {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly runAsNonRoot?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly env?: readonly Variable[];
  readonly envFrom?: readonly { readonly prefix?: string; readonly secretRef?: Source; readonly configMapRef?: Source }[];
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath?: string;
    readonly readOnly?: boolean;
  }[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly securityContext?: SecurityContext;
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly terminationMessagePolicy?: "File" | "FallbackToLogsOnError";
  /** Of an init container: `Always` makes it a sidecar. */
  readonly restartPolicy?: "Always";
}

export interface VolumeSource {
  readonly secret?: Source;
  readonly configMap?: Source;
  readonly downwardAPI?: { readonly items: readonly { readonly path: string; readonly fieldRef: FieldReference }[] };
  readonly serviceAccountToken?: { readonly audience?: string; readonly expirationSeconds?: number; readonly path: string };
  readonly projected?: { readonly sources: readonly VolumeSource[] };
  readonly csi?: { readonly driver: string; readonly volumeAttributes?: Readonly<Record<string, string>> };
  readonly emptyDir?: unknown;
  readonly persistentVolumeClaim?: { readonly claimName: string };
}

export interface Pod extends KubernetesObject {
  readonly spec: {
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly volumes?: readonly ({ readonly name: string } & VolumeSource)[];
    readonly restartPolicy?: "Always" | "OnFailure" | "Never";
    readonly securityContext?: SecurityContext;
    readonly serviceAccountName?: string;
  };
  readonly status?: { readonly phase?: string };
}

export interface DataObject extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

export interface Service extends KubernetesObject {
  readonly spec: { readonly clusterIP?: string; readonly ports?: readonly ServicePort[] };
}

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
}

export interface EndpointSlice extends KubernetesObject {
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
  readonly endpoints?: readonly { readonly addresses: readonly string[]; readonly conditions: { readonly ready?: boolean } }[];
}

export interface ProviderClass extends KubernetesObject {
  readonly spec: {
    readonly provider?: string;
    readonly parameters?: Readonly<Record<string, string>>;
    readonly secretObjects?: readonly {
      readonly secretName: string;
      readonly type?: string;
      readonly labels?: Readonly<Record<string, string>>;
      readonly data: readonly { readonly key: string; readonly objectName: string }[];
    }[];
  };
}

interface Terminated {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** What the runner reports of a container. */
export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  restartCount: number;
  ready: boolean;
  started: boolean;
  state: {
    readonly waiting?: { readonly reason: string; readonly message?: string };
    readonly running?: { readonly startedAt: string };
    readonly terminated?: Terminated;
  };
  lastState?: { readonly terminated: Terminated };
}
