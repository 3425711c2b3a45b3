import type { SchemaError } from "./json-schema/index.ts";
import { Placeholder } from "./hydrate.ts";

/** What is wrong with values: texts, and below a property or a position more of them. */
export type ValueError = string | { property: string; errors: ValueError[] } | { index: number; errors: ValueError[] };

/** Faults as a form shows them: each at the field that it belongs to. */
export function valueErrors(errors: readonly SchemaError[]): ValueError[] {
  const root: ValueError[] = [];
  for (const error of told(errors)) place(root, error);
  return root;
}

/** A value that stands for another, and is wrong as such, is told as that alone; one that is not is not told. */
function told(errors: readonly SchemaError[]): SchemaError[] {
  const byPath = Map.groupBy(errors, ({ path }) => path.join("->"));
  return [...byPath.values()]
    .flatMap((group) => {
      const placeholders = group.filter(({ keyword }) => keyword === "_placeholders");
      return placeholders.length > 0 ? placeholders : group;
    })
    .filter(({ instance }) => !(instance instanceof Placeholder && instance.complaint === undefined));
}

/** What is missing is told where it should be. */
function pathOf({ keyword, message, path }: SchemaError): readonly (string | number)[] {
  if (keyword !== "required") return path;
  return [...path, (message.split(" ")[0] ?? "").replaceAll("'", "")];
}

function place(root: ValueError[], error: SchemaError): void {
  let current = root;
  const path = pathOf(error);
  for (const [position, step] of path.entries()) {
    const isLast = position === path.length - 1;
    const known = isLast ? undefined : current.find((entry) => typeof entry === "object" && stepOf(entry) === step);
    const entry = typeof known === "object" ? known : made(step);
    if (known === undefined) current.push(entry);
    current = entry.errors;
  }
  current.push(error.message);
}

const stepOf = (entry: Exclude<ValueError, string>) => ("index" in entry ? entry.index : entry.property);

function made(step: string | number): Exclude<ValueError, string> {
  return typeof step === "number" ? { index: step, errors: [] } : { property: step, errors: [] };
}
