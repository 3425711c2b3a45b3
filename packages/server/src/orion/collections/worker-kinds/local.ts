import {
  COMMON,
  COMMON_PLACEHOLDERS,
  FLAG,
  INTEGER,
  OUTPUT,
  TEXT,
  TEXTS,
  block,
  filled,
  oneOf,
  placeholders,
  variable,
  withDefault,
  type WorkerKind,
} from "./base.ts";
import { DOCKER_REGISTRY, KUBERNETES_CLUSTER } from "./blocks.ts";

/** Workers that start runs as processes, containers and jobs of a cluster. */
export const PROCESS: WorkerKind = {
  type: "process",
  display_name: "Process",
  description: "Runs flows as processes of the machine that the worker is on. The simplest way to begin.",
  package: "prefect",
  job: { ...COMMON_PLACEHOLDERS, ...placeholders("stream_output", "working_dir") },
  variables: {
    ...COMMON,
    stream_output: withDefault(OUTPUT, true),
    working_dir: variable("Working Directory", "The folder in which a run starts; a temporary one if empty.", {
      ...TEXT,
      format: "path",
    }),
  },
};

export const DOCKER: WorkerKind = {
  type: "docker",
  display_name: "Docker",
  description: "Runs each flow in a container of its own, on the machine that the worker is on.",
  package: "prefect-docker",
  job: {
    ...COMMON_PLACEHOLDERS,
    ...placeholders("image", "registry_credentials", "image_pull_policy", "networks", "network_mode", "auto_remove", "volumes"),
    ...placeholders("stream_output", "mem_limit", "memswap_limit", "privileged"),
  },
  variables: {
    ...COMMON,
    image: variable("Image", "The image of the container; the client's own if empty.", TEXT),
    registry_credentials: variable(
      "Registry Credentials",
      "How to log in to the registry of the image.",
      block("DockerRegistryCredentials"),
    ),
    image_pull_policy: variable(
      "Image Pull Policy",
      "When the image is fetched.",
      oneOf("IfNotPresent", "Always", "IfPossible", "Never"),
    ),
    networks: variable("Networks", "Networks that the container joins.", TEXTS),
    network_mode: variable("Network Mode", "The mode of its network, such as host; not together with networks.", TEXT),
    auto_remove: variable("Auto Remove", "Whether the container is removed when the run has ended.", withDefault(FLAG, false)),
    volumes: variable("Volumes", "What is mounted, as local:container.", TEXTS),
    stream_output: withDefault(OUTPUT, true),
    mem_limit: variable("Memory Limit", "The most memory that the container may use, such as 2g.", TEXT),
    memswap_limit: variable("Memory Swap Limit", "The most memory and swap together.", TEXT),
    privileged: variable("Privileged", "Whether the container has the rights of the machine.", withDefault(FLAG, false)),
  },
  definitions: DOCKER_REGISTRY,
};

const JOB_MANIFEST = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { labels: filled("labels"), namespace: filled("namespace"), generateName: "{{ name }}-" },
  spec: {
    backoffLimit: 0,
    ttlSecondsAfterFinished: filled("finished_job_ttl"),
    template: {
      spec: {
        parallelism: 1,
        completions: 1,
        restartPolicy: "Never",
        serviceAccountName: filled("service_account_name"),
        containers: [
          {
            name: "prefect-job",
            env: filled("env"),
            image: filled("image"),
            imagePullPolicy: filled("image_pull_policy"),
            args: filled("command"),
            resources: {
              limits: { cpu: filled("cpu_limit"), memory: filled("memory_limit") },
              requests: { cpu: filled("cpu_request"), memory: filled("memory_request") },
            },
          },
        ],
      },
    },
  },
};

export const KUBERNETES: WorkerKind = {
  type: "kubernetes",
  display_name: "Kubernetes",
  description: "Runs each flow as a job of a Kubernetes cluster.",
  package: "prefect-kubernetes",
  job: {
    ...COMMON_PLACEHOLDERS,
    ...placeholders("namespace"),
    job_manifest: JOB_MANIFEST,
    ...placeholders("cluster_config", "job_watch_timeout_seconds", "pod_watch_timeout_seconds", "stream_output"),
  },
  variables: {
    ...COMMON,
    namespace: variable("Namespace", "The namespace of the job.", withDefault(TEXT, "default")),
    image: variable("Image", "The image of the job; the client's own if empty.", TEXT),
    service_account_name: variable("Service Account Name", "The service account of the job.", TEXT),
    image_pull_policy: variable(
      "Image Pull Policy",
      "When the image is fetched.",
      withDefault(oneOf("IfNotPresent", "Always", "Never"), "IfNotPresent"),
    ),
    finished_job_ttl: variable("Finished Job TTL", "Seconds for which a job that has ended is kept; for ever if empty.", INTEGER),
    job_watch_timeout_seconds: variable(
      "Job Watch Timeout Seconds",
      "Seconds to watch a job for; until its end if empty.",
      INTEGER,
    ),
    pod_watch_timeout_seconds: variable(
      "Pod Watch Timeout Seconds",
      "Seconds to wait for a pod to start.",
      withDefault(INTEGER, 60),
    ),
    stream_output: withDefault(OUTPUT, true),
    cluster_config: variable(
      "Cluster Config",
      "The cluster; that of the worker, or of its kubeconfig, if empty.",
      block("KubernetesClusterConfig"),
    ),
    cpu_request: variable("CPU Request", "The processor time that is set aside for the job.", TEXT),
    cpu_limit: variable("CPU Limit", "The most processor time that it may use.", TEXT),
    memory_request: variable("Memory Request", "The memory that is set aside for the job.", TEXT),
    memory_limit: variable("Memory Limit", "The most memory that it may use.", TEXT),
  },
  definitions: KUBERNETES_CLUSTER,
};
