import { JsonText } from "@praetor/wire";
import { type Row, rows, type Settings } from "../../platform/config/index.ts";

const MASK = "**********";

type Tree = { [key: string]: unknown };

/** The effective settings as clients know them, under `server` and in their spelling; secrets are masked. */
export function settingsTree(settings: Settings): JsonText {
  const server: Tree = {};
  for (const row of rows) {
    const keys = row.key.split(".");
    const last = keys.pop() ?? "";
    const section = keys.reduce<Tree>((tree, key) => (tree[key] ??= {}) as Tree, server);
    section[last] = shown(row, valueAt(settings, row.path));
  }
  return JsonText.of({ server });
}

function valueAt(settings: Settings, path: readonly string[]): unknown {
  return path.reduce<unknown>((section, key) => (section as Tree)[key], settings);
}

function shown({ setting }: Row, value: unknown): unknown {
  if (value === null) return null;
  if (setting.isSecret) return MASK;
  return ["string", "number", "boolean"].includes(typeof value) || Array.isArray(value) ? value : setting.print(value);
}
