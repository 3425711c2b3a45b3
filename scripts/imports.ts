import { dirname, join } from "node:path/posix";

/** One import or re-export of a file. */
export interface Import {
  /** Path of the importing file, from the root of the repository. */
  readonly from: string;
  /** Path of the imported file, or the name of a package. */
  readonly to: string;
  readonly kind: "file" | "package";
  /** It vanishes at run time: `import type`. */
  readonly typeOnly: boolean;
}

const statement = /^\s*(?:import|export)\s+(type\s+)?(?:[\w*\s{},$]+?\s+from\s+)?"([^"]+)"/gm;
const dynamic = /\bimport\(\s*"([^"]+)"\s*\)/g;
const ours = "@praetor/";

/** The imports of a file, read from its text; a specifier inside a longer text or a comment is none. */
export function importsOf(path: string, text: string): Import[] {
  const found: Import[] = [];
  for (const [, type, specifier = ""] of text.matchAll(statement)) found.push(importOf(path, specifier, type !== undefined));
  for (const [, specifier = ""] of text.matchAll(dynamic)) found.push(importOf(path, specifier, false));
  return found;
}

function importOf(from: string, specifier: string, typeOnly: boolean): Import {
  if (specifier.startsWith(".")) return { from, to: join(dirname(from), specifier), kind: "file", typeOnly };
  if (specifier.startsWith(ours)) {
    const [name, entry = "index"] = specifier.slice(ours.length).split("/");
    return { from, to: `packages/${name}/src/${entry}.ts`, kind: "file", typeOnly };
  }
  const name = specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1);
  return { from, to: name.join("/"), kind: "package", typeOnly };
}
