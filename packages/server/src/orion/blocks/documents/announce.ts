import type { Dependencies } from "../../../platform/dependencies.ts";
import { lifecycleEvent } from "../../outbox/index.ts";
import type { TreeObject } from "../json-tree.ts";
import type { SecretFields } from "../secret-fields.ts";

/** What is told of a document. */
export interface AnnouncedDocument {
  readonly id: string;
  readonly name: string;
  readonly type: { readonly id: string; readonly name: string } | null;
  readonly schema: { readonly id: string; readonly capabilities: readonly string[] };
  readonly values: TreeObject;
  readonly secrets: SecretFields;
  /** Anonymous documents are nobody's business. */
  readonly silent: boolean;
}

/** A row for the outbox; without an id it is not to be written. */
export interface Announcement {
  readonly id: string | null;
  readonly event: string;
}

/** `prefect.block-document.created` and its like. Only texts at the top level are told, and no secret. */
export function announce(
  deps: Pick<Dependencies, "clock" | "ids">,
  change: "created" | "updated" | "deleted",
  { id, name, type, schema, values, secrets, silent }: AnnouncedDocument,
): Announcement {
  if (silent || type === null) return { id: null, event: "{}" };
  const told = [...values].filter(([field, value]) => typeof value === "string" && !secrets.touches(field));
  const { id: typeId, name: typeName } = type;
  const related = [
    {
      "prefect.resource.id": `prefect.block-type.${typeId}`,
      "prefect.resource.role": "block-type",
      "prefect.resource.name": typeName,
    },
    { "prefect.resource.id": `prefect.block-schema.${schema.id}`, "prefect.resource.role": "block-schema" },
  ];
  const block_schema = { capabilities: schema.capabilities, block_type: { id: typeId, name: typeName } };
  return lifecycleEvent(deps, {
    event: `prefect.block-document.${change}`,
    resourceId: `prefect.block-document.${id}`,
    name,
    related,
    payload: JSON.stringify({ name, data: Object.fromEntries(told), block_schema }),
  });
}
