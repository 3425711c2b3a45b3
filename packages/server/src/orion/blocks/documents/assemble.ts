import { type BlockDocument, BlockType, JsonText } from "@praetor/wire";
import { parseTree, type Tree, type TreeObject, writeTree } from "../json-tree.ts";
import { SecretFields } from "../secret-fields.ts";
import { blockTypeOf } from "../types/queries.ts";
import type { BlockDocumentRow } from "./queries.ts";

/** Documents within documents, as deep as they are followed. */
const DEEPEST = 50;
/** Documents inlined into one, itself included; references that share targets would otherwise multiply without end. */
const MOST = 1000;

/** A document with the values of those it refers to. */
interface Expanded {
  readonly data: TreeObject;
  readonly references: TreeObject;
  readonly documents: number;
  readonly depth: number;
}

/** Puts the rows of one read together: values decrypted, references inlined, secrets hidden unless asked for. */
export class DocumentAssembly {
  readonly #rows: ReadonlyMap<string, BlockDocumentRow>;
  readonly #decrypt: (token: string) => TreeObject;
  readonly #includeSecrets: boolean;
  readonly #expanded = new Map<string, Expanded>();
  /** Those under way: each is left out of itself, since circles are refused on writing but not by a lock. */
  readonly #open = new Set<string>();

  constructor(rows: readonly BlockDocumentRow[], decrypt: (token: string) => TreeObject, includeSecrets: boolean) {
    this.#rows = new Map(rows.map((row) => [row.id, row]));
    this.#decrypt = decrypt;
    this.#includeSecrets = includeSecrets;
  }

  /** The documents of the page, in its order. */
  page(): BlockDocument[] {
    return [...this.#rows.values()].filter((row) => row.rank !== null).map((row) => this.#present(row));
  }

  #present(row: BlockDocumentRow): BlockDocument {
    const { data, references } = this.#expand(row);
    const type = blockTypeOf(row);
    return {
      id: row.id,
      created: row.created,
      updated: row.updated,
      name: row.name,
      data: new JsonText(writeTree(data)),
      block_schema_id: row.schema_id,
      block_schema: {
        id: row.schema_id,
        created: row.schema_created,
        updated: row.schema_updated,
        checksum: row.checksum,
        fields: row.fields ?? new JsonText("{}"),
        block_type_id: type.id,
        block_type: type,
        capabilities: row.capabilities,
        version: row.version,
      },
      block_type_id: type.id,
      block_type_name: type.name,
      block_type: type,
      block_document_references: recordOf(references),
      is_anonymous: row.is_anonymous,
    };
  }

  #expand(row: BlockDocumentRow): Expanded {
    const known = this.#expanded.get(row.id);
    if (known !== undefined) return known;
    this.#open.add(row.id);
    const expanded = this.#inline(row);
    this.#open.delete(row.id);
    this.#expanded.set(row.id, expanded);
    return expanded;
  }

  #inline(row: BlockDocumentRow): Expanded {
    const data = this.#decrypt(row.data);
    const references: TreeObject = new Map();
    let documents = 1;
    let depth = 1;
    for (const [field, id] of Object.entries(row.document_references ?? {})) {
      const target = this.#rows.get(id);
      if (target === undefined || this.#open.has(id)) continue;
      const inner = this.#expand(target);
      if (inner.depth >= DEEPEST || documents + inner.documents > MOST) continue;
      documents += inner.documents;
      depth = Math.max(depth, inner.depth + 1);
      data.set(field, inner.data);
      references.set(field, describe(target, inner));
    }
    return { data: this.#hide(row, data), references, documents, depth };
  }

  #hide(row: BlockDocumentRow, data: TreeObject): TreeObject {
    return this.#includeSecrets ? data : secretFieldsOf(row).obfuscate(data);
  }
}

/** Where the schema of the document says that secrets are. */
export function secretFieldsOf(row: { readonly secret_fields: JsonText | null }): SecretFields {
  return new SecretFields(row.secret_fields === null ? undefined : parseTree(row.secret_fields.text));
}

function describe(row: BlockDocumentRow, { references }: Expanded): Tree {
  const document: TreeObject = new Map<string, Tree>([
    ["id", row.id],
    ["name", row.name],
    ["block_type", parseTree(BlockType.dump(blockTypeOf(row)))],
    ["is_anonymous", row.is_anonymous],
    ["block_document_references", references],
  ]);
  return new Map([["block_document", document]]);
}

function recordOf(references: TreeObject): Record<string, JsonText> {
  return Object.fromEntries([...references].map(([field, reference]) => [field, new JsonText(writeTree(reference))]));
}
