import { optional } from "./filters.ts";
import { identity } from "./identity.ts";
import {
  boolean,
  isTruthy,
  JsonText,
  jsonObject,
  list,
  map,
  model,
  name,
  nullable,
  patch,
  string,
  type Timestamp,
  uuid,
} from "./kit/index.ts";

const SLUG = /^[a-z0-9-]*$/;
const emptyObject = (): JsonText => new JsonText("{}");
const typeSlug = () =>
  string().check((slug) =>
    SLUG.test(slug) ? undefined : "Block type slug must only contain lowercase letters, numbers, and dashes.",
  );
const documentName = () =>
  name().check((given) =>
    SLUG.test(given) ? undefined : "Block document name must only contain lowercase letters, numbers, and dashes.",
  );

/** What a user reads about a kind of block. */
export interface BlockTypePresentation {
  logo_url: string | null;
  documentation_url: string | null;
  description: string | null;
  code_example: string | null;
}
const presentation = {
  logo_url: optional(string()),
  documentation_url: optional(string()),
  description: optional(string()),
  code_example: optional(string()),
};

/** A kind of block: what its schemas and documents have in common. */
export interface BlockType extends BlockTypePresentation {
  id: string;
  created: Timestamp | null;
  updated: Timestamp | null;
  name: string;
  slug: string;
  is_protected: boolean;
}
export const BlockType = model<BlockType>("BlockType", {
  ...identity,
  name: name(),
  slug: string(),
  ...presentation,
  is_protected: boolean().default(false),
});

export interface BlockTypeCreate extends BlockTypePresentation {
  name: string;
  slug: string;
}
export const BlockTypeCreate = model<BlockTypeCreate>(
  "BlockTypeCreate",
  { name: name(), slug: typeSlug(), ...presentation },
  { extra: "forbid" },
);

export const BlockTypeUpdate = patch<BlockTypePresentation>("BlockTypeUpdate", presentation);

/** One version of the fields of a block type; named by the checksum of its content. */
export interface BlockSchema {
  id: string;
  created: Timestamp | null;
  updated: Timestamp | null;
  checksum: string;
  fields: JsonText;
  block_type_id: string | null;
  block_type: BlockType | null;
  capabilities: string[];
  version: string;
}
export const BlockSchema = model<BlockSchema>("BlockSchema", {
  ...identity,
  checksum: string(),
  fields: jsonObject().default(emptyObject),
  block_type_id: nullable(uuid()),
  block_type: optional(BlockType),
  capabilities: list(string()).default(() => []),
  version: string().default("non-versioned"),
});

export interface BlockSchemaCreate {
  fields: JsonText;
  block_type_id: string;
  capabilities: string[];
  version: string;
}
export const BlockSchemaCreate = model<BlockSchemaCreate>(
  "BlockSchemaCreate",
  {
    fields: jsonObject().default(emptyObject),
    block_type_id: uuid(),
    capabilities: list(string()).default(() => []),
    version: string().default("non-versioned"),
  },
  { extra: "forbid" },
);

/** A saved block: the values of the fields of its schema. */
export interface BlockDocument {
  id: string;
  created: Timestamp | null;
  updated: Timestamp | null;
  name: string | null;
  data: JsonText;
  block_schema_id: string;
  block_schema: BlockSchema | null;
  block_type_id: string;
  block_type_name: string | null;
  block_type: BlockType | null;
  /** By field: the document that the field's value comes from. */
  block_document_references: Record<string, JsonText>;
  is_anonymous: boolean;
}
export const BlockDocument = model<BlockDocument>("BlockDocument", {
  ...identity,
  name: optional(name()),
  data: jsonObject().default(emptyObject),
  block_schema_id: uuid(),
  block_schema: optional(BlockSchema),
  block_type_id: uuid(),
  block_type_name: optional(string()),
  block_type: optional(BlockType),
  block_document_references: map(jsonObject()).default(() => ({})),
  is_anonymous: boolean().default(false),
});

export interface BlockDocumentCreate {
  name: string | null;
  data: JsonText;
  block_schema_id: string;
  block_type_id: string;
  is_anonymous: boolean;
}
/** What is not an object is refused as such, later. */
function isNamedOrAnonymous(input: unknown): boolean {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return true;
  const { is_anonymous, name: given }: { is_anonymous?: unknown; name?: unknown } = input;
  return isTruthy(is_anonymous) || isTruthy(given);
}

export const BlockDocumentCreate = model<BlockDocumentCreate>(
  "BlockDocumentCreate",
  {
    name: optional(documentName()),
    data: jsonObject().default(emptyObject),
    block_schema_id: uuid(),
    block_type_id: uuid(),
    is_anonymous: boolean().default(false),
  },
  {
    extra: "forbid",
    prepare: (input, refuse) => (isNamedOrAnonymous(input) ? input : refuse("Names must be provided for block documents.")),
  },
);

export interface BlockDocumentUpdate {
  block_schema_id: string | null;
  data: JsonText;
  merge_existing_data: boolean;
}
export const BlockDocumentUpdate = patch<BlockDocumentUpdate>("BlockDocumentUpdate", {
  block_schema_id: optional(uuid()),
  data: jsonObject().default(emptyObject),
  merge_existing_data: boolean().default(true),
});
