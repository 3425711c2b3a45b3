import {
  COMMON,
  COMMON_PLACEHOLDERS,
  FLAG,
  INTEGER,
  NUMBER,
  OUTPUT,
  POLL_INTERVAL,
  START_TIMEOUT,
  TEXT,
  TEXT_MAP,
  block,
  filled,
  oneOf,
  placeholders,
  variable,
  withDefault,
  type WorkerKind,
} from "./base.ts";
import { AWS } from "./blocks.ts";

const TASK_DEFINITION = {
  containerDefinitions: [{ image: filled("image"), name: filled("container_name") }],
  cpu: filled("cpu"),
  family: filled("family"),
  memory: filled("memory"),
  executionRoleArn: filled("execution_role_arn"),
};

const TASK_RUN_REQUEST = {
  launchType: filled("launch_type"),
  cluster: filled("cluster"),
  overrides: {
    containerOverrides: [
      {
        name: filled("container_name"),
        command: filled("command"),
        environment: filled("env"),
        cpu: filled("cpu"),
        memory: filled("memory"),
      },
    ],
    cpu: filled("cpu"),
    memory: filled("memory"),
    taskRoleArn: filled("task_role_arn"),
  },
  tags: filled("labels"),
  taskDefinition: filled("task_definition_arn"),
  capacityProviderStrategy: filled("capacity_provider_strategy"),
};

export const ECS: WorkerKind = {
  type: "ecs",
  display_name: "AWS Elastic Container Service",
  description: "Runs each flow as a task of Amazon's container service.",
  package: "prefect-aws",
  job: {
    ...COMMON_PLACEHOLDERS,
    ...placeholders("aws_credentials"),
    task_definition: TASK_DEFINITION,
    task_run_request: TASK_RUN_REQUEST,
    ...placeholders("configure_cloudwatch_logs", "cloudwatch_logs_options", "cloudwatch_logs_prefix", "network_configuration"),
    ...placeholders("stream_output", "task_start_timeout_seconds", "task_watch_poll_interval", "auto_deregister_task_definition"),
    ...placeholders("vpc_id", "container_name", "cluster", "match_latest_revision_in_family"),
  },
  variables: {
    ...COMMON,
    task_definition_arn: variable(
      "Task Definition Arn",
      "A task definition that is there, instead of one made for the run.",
      TEXT,
    ),
    aws_credentials: variable("AWS Credentials", "How to log in to AWS; as the worker is if empty.", block("AwsCredentials")),
    cluster: variable("Cluster", "The cluster of the task; the default one if empty.", TEXT),
    family: variable("Family", "The family of the task definition.", TEXT),
    launch_type: variable(
      "Launch Type",
      "On what the task runs.",
      withDefault(oneOf("FARGATE", "EC2", "EXTERNAL", "FARGATE_SPOT"), "FARGATE"),
    ),
    capacity_provider_strategy: variable(
      "Capacity Provider Strategy",
      "The capacity providers to use; the launch type is ignored then.",
      {
        type: "array",
        items: { $ref: "#/definitions/CapacityProvider" },
      },
    ),
    image: variable("Image", "The image of the container; the client's own if empty.", TEXT),
    cpu: variable("CPU", "Processor time of the task, in units of which 1024 are one processor.", INTEGER),
    memory: variable("Memory", "Memory of the task, in MB.", INTEGER),
    container_name: variable("Container Name", "The container of the task in which the run is.", TEXT),
    task_role_arn: variable("Task Role ARN", "The role of the task while it runs.", TEXT),
    execution_role_arn: variable("Execution Role ARN", "The role that starts the task.", TEXT),
    vpc_id: variable("VPC ID", "The network of the task; the default one if empty.", TEXT),
    configure_cloudwatch_logs: variable("Configure Cloudwatch Logs", "Whether output goes to CloudWatch.", FLAG),
    cloudwatch_logs_options: variable("Cloudwatch Logs Options", "Options of the log driver.", TEXT_MAP),
    cloudwatch_logs_prefix: variable("Cloudwatch Logs Prefix", "What the names of log streams begin with.", TEXT),
    network_configuration: variable("Network Configuration", "The network configuration of the task.", { type: "object" }),
    stream_output: OUTPUT,
    task_start_timeout_seconds: variable("Task Start Timeout Seconds", START_TIMEOUT, withDefault(INTEGER, 300)),
    task_watch_poll_interval: variable("Task Watch Poll Interval", POLL_INTERVAL, withDefault(NUMBER, 5)),
    auto_deregister_task_definition: variable(
      "Auto Deregister Task Definition",
      "Whether a definition made for a run goes with it.",
      withDefault(FLAG, false),
    ),
    match_latest_revision_in_family: variable(
      "Match Latest Revision In Family",
      "Whether a definition like the latest of its family is used again.",
      withDefault(FLAG, false),
    ),
  },
  definitions: AWS,
};
