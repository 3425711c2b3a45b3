import { uuid } from "@praetor/wire";
import { apiError } from "../../../platform/errors.ts";
import { objectOf, type TreeObject } from "../json-tree.ts";

/** What a caller sent, parted into own values and the documents that fields refer to. */
export interface Parted {
  readonly values: TreeObject;
  /** By field: the id of a document. */
  readonly references: ReadonlyMap<string, string>;
}

/**
 * A field refers to a document by `{"$ref": {"block_document_id": id}}`, at the top level only: deeper, it is data.
 * @throws ApiError `block_reference_invalid`
 */
export function part(data: TreeObject): Parted {
  const values: TreeObject = new Map();
  const references = new Map<string, string>();
  for (const [field, value] of data) {
    const reference = objectOf(value)?.get("$ref");
    if (reference === undefined) {
      values.set(field, value);
      continue;
    }
    const id = uuid().parse(objectOf(reference)?.get("block_document_id"));
    if (!id.ok) throw apiError("block_reference_invalid", `Received block reference without a block_document_id in key ${field}`);
    references.set(field, id.value);
  }
  return { values, references };
}
