import {
  COMMON,
  COMMON_PLACEHOLDERS,
  FLAG,
  INTEGER,
  NUMBER,
  POLL_INTERVAL,
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
import { GOOGLE } from "./blocks.ts";

const credentials = variable(
  "GCP Credentials",
  "How to log in to Google's cloud; as the worker is if empty.",
  block("GcpCredentials"),
);
const service_account_name = variable("Service Account Name", "The service account of the job.", TEXT);
const keep_job = variable("Keep Job After Completion", "Whether the job stays when the run has ended.", withDefault(FLAG, false));
const vpc_connector_name = variable("VPC Connector Name", "The connector to a network of yours.", TEXT);
const MEMORY = { ...TEXT, pattern: "^\\d+(?:G|Gi|M|Mi)$" };
const timeout = (maximum: number) =>
  variable("Job Timeout", "Seconds after which the job is ended.", { ...INTEGER, default: 600, exclusiveMinimum: 0, maximum });
const limits = { cpu: filled("cpu"), memory: filled("memory") };

export const CLOUD_RUN: WorkerKind = {
  type: "cloud-run",
  display_name: "Google Cloud Run",
  description: "Runs each flow as a job of Cloud Run, through its first API.",
  package: "prefect-gcp",
  job: {
    ...COMMON_PLACEHOLDERS,
    ...placeholders("region", "credentials"),
    job_body: {
      apiVersion: "run.googleapis.com/v1",
      kind: "Job",
      metadata: { name: filled("name"), annotations: { "run.googleapis.com/launch-stage": "BETA" } },
      spec: {
        template: {
          spec: {
            template: {
              spec: {
                containers: [{ image: filled("image"), command: filled("command"), resources: { limits, requests: limits } }],
                timeoutSeconds: filled("timeout"),
                serviceAccountName: filled("service_account_name"),
              },
            },
          },
          metadata: { annotations: { "run.googleapis.com/vpc-access-connector": filled("vpc_connector_name") } },
        },
      },
    },
    ...placeholders("timeout", "keep_job"),
  },
  variables: {
    ...COMMON,
    region: variable("Region", "The region of the job.", withDefault(TEXT, "us-central1")),
    credentials,
    image: variable("Image Name", "The image of the job; the client's own if empty.", TEXT),
    cpu: variable("CPU", "Processor time of the job, such as 1000m.", { ...TEXT, pattern: "^(\\d*000)m$" }),
    memory: variable("Memory", "Memory of the job, such as 512Mi.", MEMORY),
    vpc_connector_name,
    service_account_name,
    keep_job,
    timeout: timeout(3600),
  },
  definitions: GOOGLE,
};

const STAGES = ["ALPHA", "BETA", "GA", "DEPRECATED", "EARLY_ACCESS", "PRELAUNCH", "UNIMPLEMENTED", "LAUNCH_TAG_UNSPECIFIED"];

export const CLOUD_RUN_V2: WorkerKind = {
  type: "cloud-run-v2",
  display_name: "Google Cloud Run V2",
  description: "Runs each flow as a job of Cloud Run.",
  package: "prefect-gcp",
  job: {
    ...COMMON_PLACEHOLDERS,
    ...placeholders("credentials"),
    job_body: {
      client: "prefect",
      launchStage: filled("launch_stage"),
      template: {
        template: {
          serviceAccount: filled("service_account_name"),
          maxRetries: filled("max_retries"),
          timeout: filled("timeout"),
          vpcAccess: { connector: filled("vpc_connector_name") },
          containers: [
            { env: [], image: filled("image"), command: filled("command"), args: filled("args"), resources: { limits } },
          ],
        },
      },
    },
    ...placeholders("keep_job", "region", "timeout"),
  },
  variables: {
    ...COMMON,
    credentials,
    region: variable("Region", "The region of the job.", withDefault(TEXT, "us-central1")),
    image: variable("Image Name", "The image of the job.", withDefault(TEXT, "prefecthq/prefect:3-latest")),
    args: variable("Args", "Arguments of the command.", TEXTS),
    keep_job,
    launch_stage: variable(
      "Launch Stage",
      "How far the features that the job may use have come.",
      withDefault(oneOf(...STAGES), "BETA"),
    ),
    max_retries: variable("Max Retries", "How often Cloud Run itself tries again.", withDefault(INTEGER, 0)),
    cpu: variable("CPU", "Processor time of the job.", withDefault(TEXT, "1000m")),
    memory: variable("Memory", "Memory of the job.", withDefault(MEMORY, "512Mi")),
    timeout: timeout(604_800),
    vpc_connector_name,
    service_account_name,
  },
  definitions: GOOGLE,
};

export const VERTEX: WorkerKind = {
  type: "vertex-ai",
  display_name: "Google Vertex AI",
  description: "Runs each flow as a custom job of Vertex AI.",
  package: "prefect-gcp",
  job: {
    ...COMMON_PLACEHOLDERS,
    ...placeholders("region", "credentials"),
    job_spec: {
      ...placeholders("service_account_name", "network", "reserved_ip_ranges", "maximum_run_time_hours"),
      worker_pool_specs: [
        {
          replica_count: 1,
          container_spec: { image_uri: filled("image"), command: filled("command"), args: [] },
          machine_spec: placeholders("machine_type", "accelerator_type", "accelerator_count"),
          disk_spec: placeholders("boot_disk_type", "boot_disk_size_gb"),
        },
      ],
    },
    ...placeholders("job_watch_poll_interval"),
  },
  variables: {
    ...COMMON,
    region: variable("Region", "The region of the job.", TEXT),
    image: variable("Image Name", "The image of the job.", TEXT),
    credentials,
    machine_type: variable("Machine Type", "The machine of the job.", withDefault(TEXT, "n1-standard-4")),
    accelerator_type: variable("Accelerator Type", "The accelerator of the machine.", TEXT),
    accelerator_count: variable("Accelerator Count", "How many of them.", INTEGER),
    boot_disk_type: variable("Boot Disk Type", "The disk of the machine.", withDefault(TEXT, "pd-ssd")),
    boot_disk_size_gb: variable("Boot Disk Size (GB)", "The size of that disk.", withDefault(INTEGER, 100)),
    maximum_run_time_hours: variable("Maximum Run Time (Hours)", "Hours after which the job is ended.", withDefault(INTEGER, 1)),
    network: variable("Network", "The network that the job joins.", TEXT),
    reserved_ip_ranges: variable("Reserved IP Ranges", "Ranges of that network for the job.", TEXTS),
    service_account_name,
    job_watch_poll_interval: variable("Poll Interval (Seconds)", POLL_INTERVAL, withDefault(NUMBER, 5)),
  },
  required: ["region", "image"],
  definitions: GOOGLE,
};
