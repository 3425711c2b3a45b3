import { Document } from "yaml";

/** Annotations that say when a Secret's values were made and when they are due; `status` reads them. */
export const annotationNames = {
  contract: "praetor.dev/contract",
  rotatedAt: "praetor.dev/rotated-at",
  rotateAfter: "praetor.dev/rotate-after",
} as const;

export interface ManifestOptions {
  readonly namespace?: string;
  /** Annotations for every object. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** More annotations for the object of this name. */
  readonly annotationsOf?: (name: string) => Readonly<Record<string, string>>;
}

/** The metadata of every object that is written. */
export function metadataOf(name: string, { namespace, annotations: shared, annotationsOf }: ManifestOptions) {
  const annotations = { ...shared, ...annotationsOf?.(name) };
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    labels: { "app.kubernetes.io/managed-by": "praetor" },
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

/** Objects as YAML documents, with an optional comment before the first. Nothing is folded, so that no value is changed by a reader. */
export function manifestText(objects: readonly object[], comment = ""): string {
  const documents = objects.map((object) => new Document(object, { aliasDuplicateObjects: false }).toString({ lineWidth: 0 }));
  const heading = comment
    .split("\n")
    .filter(Boolean)
    .map((line) => `# ${line}\n`)
    .join("");
  return heading + documents.join("---\n");
}
