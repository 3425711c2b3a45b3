import type { SecretObject, SecretSet } from "../set/secret-set.ts";
import { quoteValue, variableName } from "../set/dotenv.ts";
import { type ManifestOptions, manifestText, metadataOf } from "./manifest.ts";

/** The keys of a Secret with their values revealed. */
export function revealed({ entries }: SecretObject): Record<string, string> {
  return Object.fromEntries([...entries.values()].map(({ key, value }) => [key, value.reveal()]));
}

/** Secret manifests, one document each. The text holds every secret. */
export function renderKubernetes(set: SecretSet, options: ManifestOptions = {}): string {
  const objects = [...set.objects.values()].map((object) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: metadataOf(object.name, options),
    type: "Opaque",
    stringData: revealed(object),
  }));
  return manifestText(objects);
}

/** Lines of `NAME=value` as shells and dotenv readers take them. The text holds every secret. */
export function renderEnv(set: SecretSet): string {
  const lines = [...set.objects.values()].flatMap(({ entries }) =>
    [...entries.values()].map(({ object, key, value }) => `${variableName(object, key)}=${quoteValue(value.reveal())}\n`),
  );
  return lines.join("");
}

/** Values for the chart that renders the Secrets itself. The text holds every secret. */
export function renderValues(set: SecretSet): string {
  const appSecrets = Object.fromEntries([...set.objects.values()].map((object) => [object.name, revealed(object)]));
  return manifestText([{ createAppSecretsInChart: true, appSecrets }]);
}
