import {
  COMMON,
  COMMON_PLACEHOLDERS,
  INTEGER,
  NUMBER,
  OUTPUT,
  POLL_INTERVAL,
  START_TIMEOUT,
  TEXT,
  TEXTS,
  block,
  filled,
  placeholders,
  variable,
  withDefault,
  type WorkerKind,
} from "./base.ts";
import { AZURE } from "./blocks.ts";

const parameter = (defaultValue: string, description: string) => ({ type: "string", defaultValue, metadata: { description } });
const ID = "[uniqueString(resourceGroup().id)]";

const ARM_TEMPLATE = {
  $schema: "https://schema.management.azure.com/schemas/2019-08-01/deploymentTemplate.json#",
  contentVersion: "1.0.0.0",
  parameters: {
    location: parameter("[resourceGroup().location]", "Where everything is."),
    container_group_name: parameter(ID, "The name of the group of containers."),
    container_name: parameter(ID, "The name of the container."),
  },
  resources: [
    {
      type: "Microsoft.ContainerInstance/containerGroups",
      apiVersion: "2022-09-01",
      name: "[parameters('container_group_name')]",
      location: "[parameters('location')]",
      properties: {
        containers: [
          {
            name: "[parameters('container_name')]",
            properties: {
              image: filled("image"),
              command: filled("command"),
              resources: { requests: { cpu: filled("cpu"), memoryInGB: filled("memory") } },
              environmentVariables: [],
            },
          },
        ],
        osType: "Linux",
        restartPolicy: "Never",
      },
    },
  ],
};

export const CONTAINER_INSTANCE: WorkerKind = {
  type: "azure-container-instance",
  display_name: "Azure Container Instances",
  description: "Runs each flow in a container of Azure's.",
  package: "prefect-azure",
  job: {
    ...COMMON_PLACEHOLDERS,
    ...placeholders("image", "resource_group_name", "subscription_id", "identities", "entrypoint", "image_registry", "cpu"),
    ...placeholders("gpu_count", "gpu_sku", "memory", "subnet_ids", "dns_servers", "stream_output", "aci_credentials"),
    ...placeholders("task_start_timeout_seconds", "task_watch_poll_interval"),
    arm_template: ARM_TEMPLATE,
  },
  variables: {
    ...COMMON,
    image: variable("Image", "The image of the container; the client's own if empty.", TEXT),
    resource_group_name: variable("Azure Resource Group Name", "The resource group of the container.", TEXT),
    subscription_id: variable("Azure Subscription ID", "The subscription that pays for it.", {
      ...TEXT,
      writeOnly: true,
      format: "password",
    }),
    identities: variable("Identities", "Managed identities of the container.", TEXTS),
    entrypoint: variable("Entrypoint", "What the container starts with.", withDefault(TEXT, "/opt/prefect/entrypoint.sh")),
    image_registry: variable("Image Registry (Optional)", "How to log in to the registry of the image.", {
      anyOf: [{ $ref: "#/definitions/DockerRegistryCredentials" }, { $ref: "#/definitions/ACRManagedIdentity" }],
    }),
    cpu: variable("CPU", "Processors of the container.", withDefault(NUMBER, 1)),
    gpu_count: variable("GPU Count", "Graphics processors of the container.", INTEGER),
    gpu_sku: variable("GPU SKU", "The kind of them.", TEXT),
    memory: variable("Memory", "Memory of the container, in GB.", withDefault(NUMBER, 1)),
    subnet_ids: variable("Subnet IDs", "Subnets that the container joins.", TEXTS),
    dns_servers: variable("DNS Servers", "Name servers of the container.", TEXTS),
    aci_credentials: variable(
      "ACI Credentials",
      "How to log in to Azure; as the worker is if empty.",
      block("AzureContainerInstanceCredentials"),
    ),
    stream_output: withDefault(OUTPUT, false),
    task_start_timeout_seconds: variable("Task Start Timeout Seconds", START_TIMEOUT, withDefault(INTEGER, 240)),
    task_watch_poll_interval: variable("Task Watch Poll Interval", POLL_INTERVAL, withDefault(NUMBER, 5)),
  },
  required: ["resource_group_name", "subscription_id"],
  definitions: AZURE,
};
