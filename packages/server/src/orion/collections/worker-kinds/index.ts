import { ECS } from "./amazon.ts";
import { CONTAINER_INSTANCE } from "./azure.ts";
import { shown, type WorkerKind } from "./base.ts";
import { CLOUD_RUN, CLOUD_RUN_V2, VERTEX } from "./google.ts";
import { DOCKER, KUBERNETES, PROCESS } from "./local.ts";

const KINDS: readonly WorkerKind[] = [PROCESS, DOCKER, KUBERNETES, ECS, CONTAINER_INSTANCE, CLOUD_RUN, CLOUD_RUN_V2, VERTEX];

/** By package and type: what kinds of workers there are, and the base job template that a pool of the kind begins with. */
export const WORKER_METADATA = Object.fromEntries(
  [...Map.groupBy(KINDS, (kind) => kind.package)].map(([name, kinds]) => [
    name,
    Object.fromEntries(kinds.map((kind) => [kind.type, shown(kind)])),
  ]),
);
