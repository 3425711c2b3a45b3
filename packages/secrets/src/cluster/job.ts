import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { ClusterError } from "./cluster-error.ts";
import { Fields } from "./fields.ts";
import type { Kubectl } from "./kubectl.ts";

/** A program to run inside the cluster, once. */
export interface JobOptions {
  /** What its name begins with. */
  readonly name: string;
  readonly image: string;
  /** What the image's entry point is given; no secret. */
  readonly arguments: readonly string[];
  /** Secrets to mount, each as a folder of its name below this path; those that do not exist are empty folders. */
  readonly secrets: { readonly path: string; readonly names: readonly string[] };
  /** Texts that hold no secret, by the path of the file that they become. All in one folder. */
  readonly files?: { readonly folder: string; readonly texts: Readonly<Record<string, string>> };
  readonly imagePullSecrets?: readonly string[];
  /** After how many seconds it is given up. */
  readonly seconds: number;
  /** Told what it waits for, whenever that changes. */
  readonly onProgress?: (what: string) => void;
}

/** How a program ended. */
export interface JobResult {
  readonly exitCode: number;
  /** What it printed, to both of its outputs. */
  readonly log: string;
}

/** Numeric, because only so can the kubelet tell that it is not root. */
const user = 10_001;
const millisecondsBetweenLooks = 500;

/**
 * Runs a Job under the restricted Pod Security profile, waits for its end, and removes it in any case. If this process is
 * killed, the cluster removes it.
 *
 * @throws ClusterError when it cannot start, or does not end in time
 */
export async function runJob(kubectl: Kubectl, options: JobOptions): Promise<JobResult> {
  const name = `${options.name}-${randomBytes(4).toString("hex")}`;
  await kubectl.run(["create", "--filename=-"], { input: JSON.stringify(jobManifest(name, options)) });
  try {
    const exitCode = await awaitEnd(kubectl, name, options);
    return { exitCode, log: await kubectl.run(["logs", `job/${name}`]) };
  } finally {
    await kubectl.run(["delete", "job", name, "--ignore-not-found", "--wait=false", "--cascade=background"]);
  }
}

async function awaitEnd(kubectl: Kubectl, name: string, { seconds, onProgress = () => {} }: JobOptions): Promise<number> {
  const deadline = performance.now() + seconds * 1000;
  let last = "";
  while (performance.now() < deadline) {
    const pod = podOf(await kubectl.run(["get", "pods", `--selector=batch.kubernetes.io/job-name=${name}`, "--output=json"]));
    const { exitCode, waitsFor, isHopeless } = stateOf(pod);
    if (exitCode !== undefined) return exitCode;
    if (isHopeless) throw new ClusterError("job_failed", `The Job's pod cannot start: ${waitsFor}.`, hopelessRemedy);
    if (waitsFor !== last) onProgress(waitsFor);
    last = waitsFor;
    await pause(millisecondsBetweenLooks);
  }
  const event = await lastEvent(kubectl, name);
  const why = event === undefined ? last : `${last}; ${event}`;
  throw new ClusterError("job_failed", `The Job did not end within ${seconds} s: ${why}.`, hopelessRemedy);
}

const hopelessRemedy = "Check --image and --image-pull-secret, and what the namespace allows its pods.";

const podOf = (printed: string): Fields | undefined => new Fields(JSON.parse(printed)).list("items")[0];

interface PodState {
  readonly exitCode: number | undefined;
  readonly waitsFor: string;
  readonly isHopeless: boolean;
}

/** These do not mend themselves; what else a pod waits for may still come. */
const hopeless = [
  "ErrImagePull",
  "ErrImageNeverPull",
  "ImagePullBackOff",
  "InvalidImageName",
  "CreateContainerConfigError",
  "CreateContainerError",
];

export function stateOf(pod: Fields | undefined): PodState {
  if (pod === undefined) return { exitCode: undefined, waitsFor: "no pod yet", isHopeless: false };
  const [container] = pod.at("status").list("containerStatuses");
  const state = container?.at("state") ?? new Fields(undefined);
  const exitCode = state.at("terminated").count("exitCode");
  const phase = pod.at("status").text("phase") ?? "Pending";
  const reason = state.at("waiting").text("reason") ?? (state.has("running") ? "running" : phase.toLowerCase());
  const message = state.at("waiting").text("message");
  const isHopeless = hopeless.includes(reason) || (phase === "Failed" && exitCode === undefined);
  const waitsFor = isHopeless && message !== undefined ? `${reason} (${message})` : reason;
  return { exitCode, waitsFor, isHopeless };
}

/** Why there is no pod: admission tells it to the Job, not to us. */
async function lastEvent(kubectl: Kubectl, name: string): Promise<string | undefined> {
  const words = ["get", "events", `--field-selector=involvedObject.name=${name}`, "--output=json"];
  const events = new Fields(JSON.parse(await kubectl.run(words))).list("items");
  return events.findLast((event) => event.text("type") === "Warning")?.text("message");
}

const annotation = (file: string): string => `praetor.dev/file.${file}`;

/** The Job as an object. It mounts no token, keeps no root and writes nowhere but to /tmp. */
export function jobManifest(name: string, options: JobOptions) {
  const labels = { "app.kubernetes.io/managed-by": "praetor", "app.kubernetes.io/name": options.name };
  const annotations = Object.entries(options.files?.texts ?? {}).map(([file, text]) => [annotation(file), text]);
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, labels },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: options.seconds,
      ttlSecondsAfterFinished: 600,
      template: {
        // A mesh's proxy would outlive the program, and the Job never end.
        metadata: { labels: { ...labels, "sidecar.istio.io/inject": "false" }, annotations: Object.fromEntries(annotations) },
        spec: podSpec(options),
      },
    },
  };
}

function podSpec({ name, image, arguments: words, secrets, files, imagePullSecrets = [] }: JobOptions) {
  const mounted = secrets.names.map((secret, index) => ({ volume: `secret-${index}`, secret }));
  const items = Object.keys(files?.texts ?? {}).map((file) => ({
    path: file,
    fieldRef: { fieldPath: `metadata.annotations['${annotation(file)}']` },
  }));
  return {
    restartPolicy: "Never",
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    ...(imagePullSecrets.length > 0 && { imagePullSecrets: imagePullSecrets.map((each) => ({ name: each })) }),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        name,
        image,
        args: words,
        resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
        volumeMounts: [
          { name: "tmp", mountPath: "/tmp" },
          ...mounted.map(({ volume, secret }) => ({ name: volume, mountPath: `${secrets.path}/${secret}`, readOnly: true })),
          ...(files === undefined ? [] : [{ name: "files", mountPath: files.folder, readOnly: true }]),
        ],
      },
    ],
    volumes: [
      { name: "tmp", emptyDir: {} },
      ...mounted.map(({ volume, secret }) => ({ name: volume, secret: { secretName: secret, optional: true } })),
      ...(files === undefined ? [] : [{ name: "files", downwardAPI: { items } }]),
    ],
  };
}
