import { declaration } from "./declaration/index.ts";
import { environmentNames, keyName } from "./names.ts";
import { Setting } from "./setting.ts";

/** A setting with the names that it goes by. */
export interface Row {
  /** Keys from the root, as in the type `Settings`. */
  readonly path: readonly string[];
  /** `api.base_path`. */
  readonly key: string;
  /** Accepted environment names; where several are set, the first wins. */
  readonly environment: readonly string[];
  readonly setting: Setting<unknown>;
}

function* walk(section: object, path: readonly string[]): Generator<Row> {
  for (const [key, entry] of Object.entries(section) as [string, object][]) {
    const here = [...path, key];
    if (entry instanceof Setting) {
      yield { path: here, key: keyName(here), environment: [...environmentNames(here), ...entry.aliases], setting: entry };
    } else {
      yield* walk(entry, here);
    }
  }
}

/** Every setting, in the order of the declaration. */
export const rows: readonly Row[] = [...walk(declaration, [])];
