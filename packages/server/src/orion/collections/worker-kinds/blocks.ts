import { FLAG, INTEGER, TEXT, variable, withDefault } from "./base.ts";

const SECRET = { type: "string", writeOnly: true, format: "password" };
const OBJECT = { type: "object" };

const definition = (title: string, slug: string, properties: object, required: readonly string[] = []) => ({
  [title]: {
    title,
    type: "object",
    properties,
    ...(required.length > 0 && { required }),
    block_type_slug: slug,
    block_schema_references: {},
  },
});

/** The blocks that jobs refer to, as far as a job reads them. */
export const DOCKER_REGISTRY = definition(
  "DockerRegistryCredentials",
  "docker-registry-credentials",
  {
    username: variable("Username", "Who logs in to the registry.", TEXT),
    password: variable("Password", "The password or token of that user.", SECRET),
    registry_url: variable("Registry Url", "Where the registry is.", TEXT),
    reauth: variable("Reauth", "Whether to log in anew each time.", withDefault(FLAG, true)),
  },
  ["username", "password", "registry_url"],
);

export const KUBERNETES_CLUSTER = definition(
  "KubernetesClusterConfig",
  "kubernetes-cluster-config",
  {
    config: variable("Config", "What a kubeconfig file holds.", OBJECT),
    context_name: variable("Context Name", "The context of it to use.", TEXT),
  },
  ["config", "context_name"],
);

export const AWS = {
  ...definition("AwsCredentials", "aws-credentials", {
    aws_access_key_id: variable("AWS Access Key ID", "The id of an access key.", TEXT),
    aws_secret_access_key: variable("AWS Access Key Secret", "The secret of that key.", SECRET),
    aws_session_token: variable("AWS Session Token", "The token of a session with temporary keys.", TEXT),
    profile_name: variable("Profile Name", "The profile to use.", TEXT),
    region_name: variable("Region Name", "The region of what is used.", TEXT),
  }),
  CapacityProvider: {
    title: "CapacityProvider",
    type: "object",
    properties: { capacityProvider: TEXT, weight: INTEGER, base: INTEGER },
    required: ["capacityProvider", "weight", "base"],
  },
};

export const GOOGLE = definition("GcpCredentials", "gcp-credentials", {
  service_account_file: variable("Service Account File", "Where the key of a service account lies.", TEXT),
  service_account_info: variable("Service Account Info", "What such a file holds.", OBJECT),
  project: variable("Project", "The project of what is used.", TEXT),
});

export const AZURE = {
  ...DOCKER_REGISTRY,
  ACRManagedIdentity: {
    title: "ACRManagedIdentity",
    type: "object",
    properties: {
      registry_url: variable("Registry URL", "Where the registry is.", TEXT),
      identity: variable("Identity", "The managed identity that may read it.", TEXT),
    },
    required: ["registry_url", "identity"],
  },
  ...definition("AzureContainerInstanceCredentials", "azure-container-instance-credentials", {
    client_id: variable("Client ID", "The id of a service principal.", TEXT),
    tenant_id: variable("Tenant ID", "The tenant of it.", TEXT),
    client_secret: variable("Client Secret", "The secret of it.", SECRET),
    credential_kwargs: variable("Additional Credential Keyword Arguments", "What else the credential is made with.", OBJECT),
  }),
};
