import type { Secret } from "@praetor/secrets";
import { RotationError } from "@praetor/secrets/rotation";
import { SetBuilder } from "@praetor/secrets/sets";
import type { ExternalEntry } from "@praetor/topology";
import { type Endpoints, examine, findingsOf, targetsOf } from "../doctor/index.ts";

/** Tries a new secret where it leads, if the endpoints say where that is. @throws RotationError when it is refused there. */
export async function proveExternal(entry: ExternalEntry, next: Secret, endpoints: Endpoints): Promise<void> {
  const set = new SetBuilder();
  set.add({ object: entry.object, key: entry.key, value: next });
  const { targets } = targetsOf(set.build(), [entry], endpoints);
  const found = findingsOf(await examine(targets)).find(({ severity }) => severity === "error");
  if (found === undefined) return;
  throw new RotationError("login_failed", `The new ${entry.key} does not work: ${found.message}.`, `${found.remedy}.`);
}
