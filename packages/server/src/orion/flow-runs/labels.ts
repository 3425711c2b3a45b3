import { JsonText, parseJson } from "@praetor/wire";

function entries(labels: JsonText | null): Record<string, unknown> {
  return labels === null ? {} : { ...(parseJson(labels.text) as Record<string, unknown>) };
}

/** Labels over labels, the later ones winning; values stay as they were spelled. */
export function mergeLabels(...layers: readonly (JsonText | Readonly<Record<string, string>> | null)[]): JsonText {
  const merged = layers.map((layer) => (layer instanceof JsonText || layer === null ? entries(layer) : layer));
  return JsonText.of(Object.assign({}, ...merged));
}
