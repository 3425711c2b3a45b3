import { addBytes } from "../set/manifests.ts";
import { type SecretObject, type SecretSet, SetBuilder } from "../set/secret-set.ts";
import type { Fields } from "./fields.ts";

/** Who wrote which fields of an object, as the API server keeps it. */
export interface FieldOwner {
  readonly name: string;
  /** Whether it declares its fields (server-side apply), or wrote them once. */
  readonly applies: boolean;
  /** Such as `data.work`, `annotations.praetor.dev/rotated-at`, `labels.app`. */
  readonly fields: ReadonlySet<string>;
}

/** A Secret as a cluster has it. */
export interface ClusterSecret {
  readonly name: string;
  readonly resourceVersion: string;
  readonly type: string;
  /** An immutable one cannot be changed, only made anew. */
  readonly immutable: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Objects that made it and would make it again, `ExternalSecret/orion`. */
  readonly madeBy: readonly { readonly kind: string; readonly name: string }[];
  readonly owners: readonly FieldOwner[];
}

/** Secrets of a namespace: as a set, and what only a cluster knows of each. */
export interface ClusterSecrets {
  readonly set: SecretSet;
  readonly secrets: ReadonlyMap<string, ClusterSecret>;
}

/** Reads the objects of kind Secret that a cluster answered with. */
export function clusterSecretsFrom(objects: readonly Fields[]): ClusterSecrets {
  const builder = new SetBuilder();
  const secrets = objects.map((object) => {
    const metadata = object.at("metadata");
    const name = metadata.text("name") ?? "";
    declare(builder, name, object);
    const secret: ClusterSecret = {
      name,
      resourceVersion: metadata.text("resourceVersion") ?? "",
      type: object.text("type") ?? "Opaque",
      immutable: object.flag("immutable"),
      labels: metadata.at("labels").texts(),
      annotations: metadata.at("annotations").texts(),
      madeBy: metadata
        .list("ownerReferences")
        .map((owner) => ({ kind: owner.text("kind") ?? "", name: owner.text("name") ?? "" })),
      owners: metadata.list("managedFields").map(fieldOwner),
    };
    return [name, secret] as const;
  });
  return { set: builder.build(), secrets: new Map(secrets) };
}

function declare(builder: SetBuilder, name: string, object: Fields): void {
  const metadata = object.at("metadata");
  const details: Partial<Pick<SecretObject, "namespace" | "createdAt">> = {
    ...(metadata.has("namespace") && { namespace: metadata.text("namespace") ?? "" }),
    ...(metadata.has("creationTimestamp") && { createdAt: metadata.text("creationTimestamp") ?? "" }),
  };
  builder.declare(name, { ...details, annotations: metadata.at("annotations").texts() });
  for (const [key, base64] of Object.entries(object.at("data").texts())) {
    addBytes(builder, name, key, Buffer.from(base64, "base64"));
  }
}

function fieldOwner(entry: Fields): FieldOwner {
  const fields = entry.at("fieldsV1");
  const [metadata, below] = [
    fields.at("f:metadata"),
    (parent: Fields, prefix: string) => names(parent).map((name) => `${prefix}.${name}`),
  ];
  return {
    name: entry.text("manager") ?? "unknown",
    applies: entry.text("operation") === "Apply",
    fields: new Set([
      ...below(fields.at("f:data"), "data"),
      // Who applies plain texts holds the same keys, and yet the API server sees no conflict.
      ...below(fields.at("f:stringData"), "data"),
      ...below(metadata.at("f:annotations"), "annotations"),
      ...below(metadata.at("f:labels"), "labels"),
    ]),
  };
}

const names = (parent: Fields): string[] => parent.names.filter((name) => name.startsWith("f:")).map((name) => name.slice(2));
